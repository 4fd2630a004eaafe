-- holdfast: expand
-- Memories have a life: preferences under a key, an end, a count of what is said again, and facts that others supersede
-- (docs/memories.md).

alter table memory.memory
    -- The caller's own name for a preference: one of a name is there for each agent (index memory_key).
    add column key text,
    -- A digest of the text of a memory that is counted when it is said again; null for one that is not. An index over
    -- md5(text) would do as well, but not under row level security: md5 is not leakproof. Older rows have none, and may be alike.
    add column counted_as uuid,
    add column occurrences integer not null default 1,
    -- From then on it is in no answer.
    add column expires_at timestamptz,
    -- Null: since it was said.
    add column valid_from timestamptz,
    add column valid_until timestamptz,
    -- No foreign key: the newer one may be removed, and this one still is not current.
    add column superseded_by uuid;

-- As before, of memories that are current or (superseded) were once, and have not expired.
create function memory.scope_condition(agent uuid, conversations uuid[], kind text, tags uuid[], superseded boolean)
    returns text language sql immutable
    set search_path = pg_catalog, pg_temp
    as $$
        select 'm.tenant_id = $1 and (m.expires_at is null or m.expires_at > now())'
            || case when superseded then '' else ' and m.superseded_by is null' end
            || case when agent is null then '' else ' and m.agent_id = $2' end
            || case when conversations is null then '' else ' and m.conversation_id = any ($3)' end
            || case when kind is null then '' else ' and m.kind = $4' end
            || case when tags is null then '' else
               ' and m.id in (select mt.memory_id from memory.memory_tag mt where mt.tag_id = any ($5)'
               ' group by mt.memory_id having count(*) = cardinality($5))' end
    $$;
-- What an older application asks for.
create or replace function memory.scope_condition(agent uuid, conversations uuid[], kind text, tags uuid[])
    returns text language sql immutable
    set search_path = pg_catalog, pg_temp
    as $$ select memory.scope_condition(agent, conversations, kind, tags, false) $$;

do $$
declare
    candidates constant text :=
        pg_get_functiondef('memory.search_candidates(text, public.vector, uuid, text, text, text[], integer, integer)'::regprocedure);
    body constant text := pg_get_functiondef('audit.capture_body(regclass)'::regprocedure);
begin
    execute replace(replace(candidates, 'ef_search integer)', 'ef_search integer, superseded boolean)'),
                    'memory.scope_condition(agent, conversations, kind, tags)',
                    'memory.scope_condition(agent, conversations, kind, tags, superseded)');
    -- That something was said once more is no change of what a memory says. It comes often, and the trail would be full of it.
    execute replace(body, 'and a.attgenerated = ''''', 'and a.attgenerated = '''' and a.attname <> ''occurrences''');
end
$$;

-- Tenants that have memories which have expired, at most so many.
create function memory.tenants_with_expired(tenants_max integer)
    returns setof uuid language sql stable
    security definer set search_path = pg_catalog, pg_temp
    as $$
        select distinct e.tenant_id
        from (select m.tenant_id from memory.memory m where m.expires_at <= now() order by m.expires_at limit 10000) e
        limit tenants_max
    $$;

revoke all on function
    memory.scope_condition(uuid, uuid[], text, uuid[], boolean),
    memory.search_candidates(text, public.vector, uuid, text, text, text[], integer, integer, boolean),
    memory.tenants_with_expired(integer)
    from public;
grant execute on function
    memory.search_candidates(text, public.vector, uuid, text, text, text[], integer, integer, boolean),
    memory.tenants_with_expired(integer) to holdfast_app;
select ops.guard_tables();
