-- What has expired would come back, and what was superseded be current again: see to them before.
drop function memory.tenants_with_expired(integer);
drop function memory.search_candidates(text, public.vector, uuid, text, text, text[], integer, integer, boolean);
-- As version 2 made it.
create or replace function memory.scope_condition(agent uuid, conversations uuid[], kind text, tags uuid[])
    returns text language sql immutable
    set search_path = pg_catalog, pg_temp
    as $$
        select 'm.tenant_id = $1'
            || case when agent is null then '' else ' and m.agent_id = $2' end
            || case when conversations is null then '' else ' and m.conversation_id = any ($3)' end
            || case when kind is null then '' else ' and m.kind = $4' end
            || case when tags is null then '' else
               ' and m.id in (select mt.memory_id from memory.memory_tag mt where mt.tag_id = any ($5)'
               ' group by mt.memory_id having count(*) = cardinality($5))' end
    $$;
drop function memory.scope_condition(uuid, uuid[], text, uuid[], boolean);
do $$
begin
    execute replace(pg_get_functiondef('audit.capture_body(regclass)'::regprocedure),
                    ' and a.attname <> ''occurrences''', '');
end
$$;
alter table memory.memory
    drop column key,
    drop column counted_as,
    drop column occurrences,
    drop column expires_at,
    drop column valid_from,
    drop column valid_until,
    drop column superseded_by;
select ops.guard_tables();
