-- holdfast: expand transaction=none
create index concurrently memory_expiry on memory.memory (expires_at) where expires_at is not null;
