-- holdfast: expand transaction=none
-- No older application writes these columns, so nothing of what it writes is refused.
create unique index concurrently memory_key on memory.memory (agent_id, key, tenant_id)
    where key is not null and superseded_by is null;
