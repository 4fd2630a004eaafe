drop index memory.memory_key;
