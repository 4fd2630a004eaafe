-- An index with every row comes back where there are rows, too: those who write to a partition wait while its index is built. Whoever has many
-- rows and cannot wait stays with this version: it works with either index.
do $$
declare
    partitioned constant regclass := (select i.inhparent from pg_inherits i where i.inhrelid = 'memory.memory_p0'::regclass);
    part record;
begin
    execute format('drop trigger place_vector on %s', partitioned);
    execute format('drop trigger replace_stand_in on %s', partitioned);
    for part in
        select i.inhrelid::regclass as name, x.relname as index_name, array_to_string(x.reloptions, ', ') as options
        from pg_inherits i join pg_class c on c.oid = i.inhrelid
             join pg_class x on x.oid = to_regclass(format('memory.%I', c.relname || '_embedding'))
             join pg_index p on p.indexrelid = x.oid and p.indpred is not null
        where i.inhparent = partitioned
    loop
        execute format('drop index memory.%I', part.index_name);
        execute format('create index %I on %s using hnsw ((embedding::public.halfvec(384)) public.halfvec_cosine_ops)'
                       ' with (%s)', part.index_name, part.name, part.options);
    end loop;
    execute replace(pg_get_functiondef('audit.capture_body(regclass)'::regprocedure),
                    'a.attname not in (''occurrences'', ''graph'')', 'a.attname <> ''occurrences''');
end
$$;
drop function memory.place_vector(), memory.replace_stand_in();
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
begin
    if scope_rows > rows_max then
        perform set_config('hnsw.iterative_scan', 'relaxed_order', true),
                set_config('hnsw.ef_search', ef_search::text, true);
        execute format($query$
            select array_agg(n.id), array_agg(n.distance) from (
                select m.id, m.embedding operator(public.<=>) $6 as distance from %s m where %s
                order by m.embedding::public.halfvec(384) operator(public.<=>) $6::public.halfvec(384) limit $7 + $8) n$query$,
            part, condition)
        into ids, distances using tenant, agent, conversations, kind, tags, wanted, depth, ef_search / 10;
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
