-- Search over memories. The functions run as the owner, because under row level security an operator that is not
-- leakproof (@@, <=>) may not use an index on behalf of the application's role. Each names the tenant itself, and none
-- takes a tenant from its caller.

-- Half the size of the vectors themselves, at the same recall, and a third of the work at every insert: m and
-- ef_construction are below pgvector's defaults because both clusters pay for them while memories are loaded.
create index memory_embedding on memory.memory
    using hnsw ((embedding::halfvec(384)) halfvec_cosine_ops) with (m = 10, ef_construction = 40);
create index memory_text_search on memory.memory using gin (text_search);

-- The condition of a search's scope on memory.memory as m. $1 is the tenant, $2 the agent, $3 the conversations,
-- $4 the kind, $5 the tags (all of them must be there). Only fixed texts are put together; values stay parameters. A
-- narrowing that is absent is left out, so that the planner sees only what is asked.
create function memory.scope_condition(agent uuid, conversations uuid[], kind text, tags uuid[])
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

-- How often each lexeme occurs in a large scope, in rows of the whole table, by the planner's statistics: those know
-- the commonest, and the rest is rarer than the rarest of them. An estimate for ranking only.
create function memory.lexeme_rows(lexemes text[])
    returns table (lexeme text, row_count double precision) language sql stable
    set search_path = pg_catalog, pg_temp
    as $$
        with known as (
            select e.elem, e.freq
            from pg_stats s,
                 lateral unnest(s.most_common_elems::text::text[], s.most_common_elem_freqs) as e (elem, freq)
            where s.schemaname = 'memory' and s.tablename = 'memory' and s.attname = 'text_search'
              and e.elem is not null)
        select l.lexeme,
               coalesce(k.freq, (select min(freq) from known), 0)
                   * (select greatest(c.reltuples, 1) from pg_class c where c.oid = 'memory.memory'::regclass)
        from unnest(lexemes) as l (lexeme) left join known k on k.elem = l.lexeme
    $$;

-- A query that finds rows with any of the lexemes. They come from a tsvector, so they need quoting, not parsing.
create function memory.any_of(lexemes text[])
    returns tsquery language sql immutable
    set search_path = pg_catalog, pg_temp
    as $$
        select string_agg('''' || replace(replace(l, '\', '\\'), '''', '''''') || '''', ' | ')::tsquery
        from unnest(lexemes) as l
    $$;

-- The rows of a scope that share words with the query, with their BM25 scores (a word counts once in a row). Rows of the scope named in also are
-- scored too, best or not. rows_max bounds the rows that are looked at: beyond it only those with the rarest words of
-- the query are, while its other words still count in their scores.
create function memory.text_candidates(
        query text, condition text, scope_rows bigint, tenant uuid, agent uuid, conversations uuid[], kind text,
        tags uuid[], also uuid[], depth integer, rows_max integer)
    returns table (id uuid, score double precision) language plpgsql stable
    set search_path = pg_catalog, pg_temp
    as $$
declare
    -- Chosen by recall over meetings and chats: turns are short, so their length says little.
    saturation constant double precision := 1.2;
    length_weight constant double precision := 0.25;
    lexemes text[];
    looked_for text[];
    row_counts double precision[];
    total double precision := scope_rows;
begin
    select array_agg(t.lexeme) into lexemes
    from (select u.lexeme from unnest(to_tsvector('pg_catalog.english', query)) u limit 64) t;
    if lexemes is null then
        return;
    end if;
    looked_for := lexemes;
    if scope_rows > rows_max then
        total := (select greatest(c.reltuples, 1) from pg_class c where c.oid = 'memory.memory'::regclass);
        select array_agg(r.lexeme order by r.row_count), array_agg(r.row_count order by r.row_count)
        into lexemes, row_counts from memory.lexeme_rows(lexemes) r;
        select array_agg(s.lexeme) into looked_for
        from (select u.lexeme, u.position, sum(u.row_count) over (order by u.position) as so_far
              from unnest(lexemes, row_counts) with ordinality as u (lexeme, row_count, position)) s
        where s.position = 1 or s.so_far <= rows_max;
    end if;
    return query execute format($query$
        with matched as materialized (
            select m.id, m.text_search from memory.memory m where %1$s and m.text_search @@ $7 limit $8),
        more as materialized (
            select m.id, m.text_search from memory.memory m
            where %1$s and m.id = any ($6) and m.text_search @@ $9
              and not exists (select from matched where matched.id = m.id)),
        -- How often a word comes within one row is not asked: turns are short and it hardly ever comes twice.
        found as materialized (
            select d.id, cardinality(d.words) as size, w.word as lexeme, d.by_query
            from (select m.id, tsvector_to_array(m.text_search) as words, true as by_query from matched m
                  union all select m.id, tsvector_to_array(m.text_search), false from more m) d
                 cross join lateral unnest(d.words) as w (word)
            where w.word = any ($10)),
        weight as materialized (
            -- Exact where every row with the word was looked at, else the estimate.
            select e.lexeme,
                   ln(1 + greatest(0, $12 - e.row_count + 0.5) / (e.row_count + 0.5)) as idf
            from (select l.lexeme,
                         case when l.lexeme = any ($13) or l.row_count is null
                              then (select count(*) from found f where f.lexeme = l.lexeme and f.by_query)
                              else l.row_count end as row_count
                  from unnest($10, $11) as l (lexeme, row_count)) e),
        mean as materialized (select greatest(avg(size), 1)::double precision as size from found)
        select f.id,
               sum(w.idf * (%2$s + 1)
                   / (1 + %2$s * (1 - %3$s + %3$s * f.size / mean.size)))::double precision as score
        from found f join weight w on w.lexeme = f.lexeme cross join mean
        group by f.id
        order by (f.id = any ($6)) desc, score desc, f.id
        limit $14$query$, condition, saturation, length_weight)
    using tenant, agent, conversations, kind, tags,
        coalesce(also, '{}'), memory.any_of(looked_for), rows_max, memory.any_of(lexemes), lexemes, row_counts, total,
        looked_for, depth + coalesce(cardinality(also), 0);
end
$$;

-- The rows of a scope whose embeddings are nearest. A scope of at most rows_max rows is compared in full; in a larger
-- one the index is asked, and where its walk ends before it found enough, the scope is compared in full after all.
create function memory.vector_candidates(
        wanted public.vector, condition text, scope_rows bigint, tenant uuid, agent uuid, conversations uuid[],
        kind text, tags uuid[], depth integer, ef_search integer, rows_max integer)
    returns table (id uuid, distance double precision) language plpgsql
    set search_path = pg_catalog, pg_temp
    as $$
declare
    ids uuid[];
begin
    if scope_rows > rows_max then
        perform set_config('hnsw.iterative_scan', 'relaxed_order', true),
                set_config('hnsw.ef_search', ef_search::text, true);
        execute format($query$
            select array_agg(n.id) from (
                select m.id from memory.memory m where %s
                order by m.embedding::public.halfvec(384) operator(public.<=>) $6::public.halfvec(384) limit $7) n$query$,
            condition)
        into ids using tenant, agent, conversations, kind, tags, wanted, depth;
        if cardinality(ids) >= least(depth, scope_rows) then
            return query
                select m.id, m.embedding operator(public.<=>) wanted
                from memory.memory m where m.id = any (ids) order by 2, 1;
            return;
        end if;
    end if;
    return query execute format($query$
        select m.id, m.embedding operator(public.<=>) $6 from memory.memory m where %s order by 2, 1 limit $7$query$,
        condition)
    using tenant, agent, conversations, kind, tags, wanted, depth;
end
$$;

-- The one door: what a search should choose from, of the current tenant. Each row comes with its BM25 score (0 when it
-- shares no word with the query) and its cosine distance, whichever of the two found it; the one that was not asked for
-- (query or wanted is null) is null.
create function memory.search_candidates(
        query text, wanted public.vector, agent uuid, conversation text, kind text, tag_names text[], depth integer,
        ef_search integer)
    returns table (id uuid, lexical double precision, distance double precision) language plpgsql
    security definer set search_path = pg_catalog, pg_temp set jit = off
    as $$
declare
    -- Up to here a scope is compared row by row, which is exact and takes some ten milliseconds.
    rows_max constant integer := 3000;
    tenant constant uuid := auth.current_tenant();
    conversations uuid[];
    tags uuid[];
    condition text;
    scope_rows bigint;
    near uuid[];
    near_distances double precision[];
begin
    if conversation is not null then
        select coalesce(array_agg(c.id), '{}') into conversations from memory.conversation c
        where c.tenant_id = tenant and c.external_id = conversation and (agent is null or c.agent_id = agent);
    end if;
    if cardinality(tag_names) > 0 then
        select coalesce(array_agg(t.id), '{}') into tags from memory.tag t
        where t.tenant_id = tenant and t.name = any (tag_names);
        if cardinality(tags) < (select count(distinct n) from unnest(tag_names) n) then
            return;
        end if;
    end if;
    condition := memory.scope_condition(agent, conversations, kind, tags);
    execute format('select count(*) from (select from memory.memory m where %s limit $6) s', condition)
    into scope_rows using tenant, agent, conversations, kind, tags, rows_max + 1;
    if wanted is not null then
        select coalesce(array_agg(v.id), '{}'), coalesce(array_agg(v.distance), '{}') into near, near_distances
        from memory.vector_candidates(
            wanted, condition, scope_rows, tenant, agent, conversations, kind, tags, depth, ef_search, rows_max) v;
    end if;
    return query
        select coalesce(n.id, t.id),
               case when query is null then null else coalesce(t.score, 0) end,
               coalesce(n.distance, m.embedding operator(public.<=>) wanted)
        from unnest(near, near_distances) as n (id, distance)
             full join (select * from memory.text_candidates(
                            query, condition, scope_rows, tenant, agent, conversations, kind, tags, near, depth, rows_max)
                        where query is not null) t on t.id = n.id
             left join memory.memory m on n.id is null and wanted is not null and m.id = t.id;
end
$$;

revoke all on function
    memory.scope_condition(uuid, uuid[], text, uuid[]),
    memory.lexeme_rows(text[]),
    memory.any_of(text[]),
    memory.text_candidates(text, text, bigint, uuid, uuid, uuid[], text, uuid[], uuid[], integer, integer),
    memory.vector_candidates(
        public.vector, text, bigint, uuid, uuid, uuid[], text, uuid[], integer, integer, integer),
    memory.search_candidates(text, public.vector, uuid, text, text, text[], integer, integer)
    from public;
grant execute on function
    memory.search_candidates(text, public.vector, uuid, text, text, text[], integer, integer) to holdfast_app;
