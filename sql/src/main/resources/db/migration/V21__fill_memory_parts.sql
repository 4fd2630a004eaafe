-- holdfast: data table=memory.memory key=id chunk=1000
-- The rows that were there before the trigger of version 20, as they are when their turn comes: who changes one of them meanwhile waits
-- for the chunk, and then finds it in the copy. What the trigger has put there already stays.
insert into memory.memory_copy (id, tenant_id, agent_id, conversation_id, kind, turn, speaker, text, said_at, metadata, embedding,
                                version, created_at, updated_at, key, counted_as, occurrences, expires_at, valid_from,
                                valid_until, superseded_by)
select m.id, m.tenant_id, m.agent_id, m.conversation_id, m.kind, m.turn, m.speaker, m.text, m.said_at, m.metadata, m.embedding,
       m.version, m.created_at, m.updated_at, m.key, m.counted_as, m.occurrences, m.expires_at, m.valid_from, m.valid_until,
       m.superseded_by
from (select * from memory.memory where id > :after and id <= :upto order by id for no key update) m
on conflict do nothing
