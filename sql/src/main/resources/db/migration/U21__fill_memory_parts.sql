truncate memory.memory_copy;
