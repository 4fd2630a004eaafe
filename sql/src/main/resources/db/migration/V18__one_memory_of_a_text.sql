-- holdfast: expand transaction=none
-- As version 17; and the rows that are there already, which may say the same, have no digest.
create unique index concurrently memory_counted on memory.memory (counted_as, agent_id, kind, conversation_id, tenant_id)
    nulls not distinct where counted_as is not null and superseded_by is null;
