drop index memory.memory_counted;
