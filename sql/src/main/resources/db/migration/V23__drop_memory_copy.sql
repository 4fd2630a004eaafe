-- holdfast: contract
alter table memory.memory_tag validate constraint memory_tag_memory_fkey;
drop trigger keep_copy on memory.memory;
drop function memory.keep_copy();
drop table memory.memory_copy;
