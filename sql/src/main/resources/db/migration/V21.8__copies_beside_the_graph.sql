-- holdfast: expand
-- Ten rows of each vector are in the vector index, and one of them stands for the others (docs/adr/0026-copies-beside-the-graph.md).
-- No row is locked for it: who writes the same text at the same time may make two that stand for the others, which is one too many and
-- no more.
create function memory.place_vector() returns trigger
    language plpgsql security definer set search_path = pg_catalog, pg_temp
    as $$
    declare
        key constant uuid := memory.vector_key(new.embedding);
    begin
        if tg_op = 'UPDATE' and key is not distinct from memory.vector_key(old.embedding) then
            new.graph := old.graph;
            return new;
        end if;
        new.graph := 0;
        -- While there are two tables (versions 20 to 23) the clusters change their names in turn: a row may come by replication to
        -- where nothing stands for it.
        if key is null or to_regclass('memory.memory_copy') is not null then
            return new;
        end if;
        execute format($query$
            select case when exists (select from %1$I.%2$I m
                                     where m.tenant_id = $1 and memory.vector_key(m.embedding) = $2 and m.graph = 1) then 2
                        when (select count(*) from (select from %1$I.%2$I m
                                                    where m.tenant_id = $1 and memory.vector_key(m.embedding) = $2 and m.graph = 0
                                                    limit 9) b) = 9 then 1
                        else 0 end$query$, tg_table_schema, tg_table_name)
        into new.graph using new.tenant_id, key;
        return new;
    end
    $$;

-- Another row stands for the others from now on, where there are some.
create function memory.replace_stand_in() returns trigger
    language plpgsql security definer set search_path = pg_catalog, pg_temp
    as $$
    declare
        key constant uuid := memory.vector_key(old.embedding);
    begin
        if tg_op = 'UPDATE' and key is not distinct from memory.vector_key(new.embedding) then
            return null;
        end if;
        -- A row that somebody else is changing or removing is passed over: waiting for each other would be a deadlock.
        execute format($query$
            update %1$I.%2$I u set graph = 1
            where u.tenant_id = $1
                  and u.id = (select m.id from %1$I.%2$I m where m.tenant_id = $1 and memory.vector_key(m.embedding) = $2
                              order by m.graph limit 1 for no key update skip locked)
                  and not exists (select from %1$I.%2$I m
                                  where m.tenant_id = $1 and memory.vector_key(m.embedding) = $2 and m.graph = 1)
                  and exists (select from %1$I.%2$I m
                              where m.tenant_id = $1 and memory.vector_key(m.embedding) = $2 and m.graph = 2)$query$,
            tg_table_schema, tg_table_name)
        using old.tenant_id, key;
        return null;
    end
    $$;
revoke all on function memory.place_vector(), memory.replace_stand_in() from public;

do $$
declare
    partitioned constant regclass := (select i.inhparent from pg_inherits i where i.inhrelid = 'memory.memory_p0'::regclass);
    part record;
    is_empty boolean;
begin
    execute format('create trigger place_vector before insert or update of embedding on %s'
                   ' for each row execute function memory.place_vector()', partitioned);
    execute format('create trigger replace_stand_in after delete or update of embedding on %s'
                   ' for each row when (old.graph = 1) execute function memory.replace_stand_in()', partitioned);
    -- Where there are rows it takes its time: POST /api/admin/indexes makes those indexes anew, beside searches and writes.
    for part in
        select i.inhrelid::regclass as name, x.relname as index_name, array_to_string(x.reloptions, ', ') as options
        from pg_inherits i join pg_class c on c.oid = i.inhrelid
             join pg_class x on x.oid = to_regclass(format('memory.%I', c.relname || '_embedding'))
        where i.inhparent = partitioned
    loop
        execute format('select not exists (select from %s)', part.name) into is_empty;
        if is_empty then
            execute format('drop index memory.%I', part.index_name);
            execute format('create index %I on %s using hnsw ((embedding::public.halfvec(384)) public.halfvec_cosine_ops)'
                           ' with (%s) where graph < 2', part.index_name, part.name, part.options);
        end if;
    end loop;
    -- The place of a vector is nothing that anybody said.
    execute replace(pg_get_functiondef('audit.capture_body(regclass)'::regprocedure),
                    'a.attname <> ''occurrences''', 'a.attname not in (''occurrences'', ''graph'')');
end
$$;

-- From the index come rows of the scope, and rows that stand for others, whether they are of the scope themselves or not. The others are
-- looked up by their vector: only where one that stands for others is among the nearest, as it costs a second statement.
create or replace function memory.vector_candidates(
        wanted public.vector, condition text, scope_rows bigint, tenant uuid, agent uuid, conversations uuid[],
        kind text, tags uuid[], depth integer, ef_search integer, rows_max integer)
    returns table (id uuid, distance double precision) language plpgsql rows 100
    set search_path = pg_catalog, pg_temp
    as $$
declare
    part constant regclass := memory.part_of(tenant);
    ids uuid[];
    distances double precision[];
    keys uuid[];
    key_distances double precision[];
begin
    if scope_rows > rows_max then
        perform set_config('hnsw.iterative_scan', 'relaxed_order', true),
                set_config('hnsw.ef_search', ef_search::text, true);
        execute format($query$
            select array_agg(n.id) filter (where n.is_of_scope), array_agg(n.distance) filter (where n.is_of_scope),
                   array_agg(n.key) filter (where n.key is not null), array_agg(n.distance) filter (where n.key is not null)
            from (
                select m.id, m.embedding operator(public.<=>) $6 as distance, (%2$s) as is_of_scope,
                       case when m.graph = 1 then memory.vector_key(m.embedding) end as key
                from %1$s m where m.tenant_id = $1 and m.graph < 2 and (m.graph = 1 or (%2$s))
                order by m.embedding::public.halfvec(384) operator(public.<=>) $6::public.halfvec(384) limit $7 + $8) n$query$,
            part, condition)
        into ids, distances, keys, key_distances
        using tenant, agent, conversations, kind, tags, wanted, depth, ef_search / 10;
        if keys is not null then
            execute format($query$
                select array_agg(a.id), array_agg(a.distance)
                from (select n.id, n.distance from unnest($7, $8) as n (id, distance)
                      union
                      select c.id, k.distance
                      from unnest($9, $10) as k (key, distance)
                           cross join lateral (
                               select m.id from %1$s m
                               where m.tenant_id = $1 and memory.vector_key(m.embedding) = k.key and m.graph = 2 and (%2$s)
                               limit $6) c) a$query$,
                part, condition)
            into ids, distances
            using tenant, agent, conversations, kind, tags, depth, ids, distances, keys, key_distances;
        end if;
        if cardinality(ids) >= least(depth, scope_rows) then
            return query select n.id, n.distance from unnest(ids, distances) as n (id, distance) order by 2, 1 limit depth;
            return;
        end if;
    end if;
    return query execute format($query$
        select m.id, m.embedding operator(public.<=>) $6 from %s m where %s order by 2, 1 limit $7$query$,
        part, condition)
    using tenant, agent, conversations, kind, tags, wanted, depth;
end
$$;
select ops.guard_tables();
