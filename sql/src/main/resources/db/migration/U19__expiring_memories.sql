drop index memory.memory_expiry;
