-- As version 20 left them.
create or replace function memory.scope_condition(agent uuid, conversations uuid[], kind text, tags uuid[], superseded boolean)
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
create or replace function memory.part_of(tenant uuid) returns oid
    language sql stable set search_path = pg_catalog, pg_temp
    as $$ select coalesce((select m.tableoid from memory.memory m where m.tenant_id = tenant limit 1),
                          'memory.memory'::regclass) $$;
create or replace function memory.lexeme_rows(lexemes text[])
    returns table (lexeme text, row_count double precision) language sql stable
    set search_path = pg_catalog, pg_temp
    as $$
        with known as (
            select e.elem, e.freq
            from pg_stats s,
                 lateral unnest(s.most_common_elems::text::text[], s.most_common_elem_freqs) as e (elem, freq)
            where s.schemaname = 'memory' and s.tablename = (select p.relname from pg_class p where p.oid = memory.part_of(auth.current_tenant())) and s.attname = 'text_search'
              and e.elem is not null)
        select l.lexeme,
               coalesce(k.freq, (select min(freq) from known), 0)
                   * (select greatest(c.reltuples, 1) from pg_class c where c.oid = memory.part_of(auth.current_tenant()))
        from unnest(lexemes) as l (lexeme) left join known k on k.elem = l.lexeme
    $$;
create or replace function memory.any_of(lexemes text[])
    returns tsquery language sql immutable
    set search_path = pg_catalog, pg_temp
    as $$
        select string_agg('''' || replace(replace(l, '\', '\\'), '''', '''''') || '''', ' | ')::tsquery
        from unnest(lexemes) as l
    $$;
create or replace function memory.text_candidates(
        query text, condition text, scope_rows bigint, tenant uuid, agent uuid, conversations uuid[], kind text,
        tags uuid[], also uuid[], depth integer, rows_max integer)
    returns table (id uuid, score double precision) language plpgsql stable
    set search_path = pg_catalog, pg_temp
    as $$
declare
    -- Chosen by recall over meetings and chats: turns are short, so their length says little.
    saturation constant double precision := 2;
    length_weight constant double precision := 0.1;
    speaker_weight constant double precision := 3;
    -- As many of the best rows lend their words to their neighbours. Neighbours of worse ones are not among the best.
    lenders_max constant integer := 300;
    -- Turns that were said much later belong to another talk.
    talk_pause constant interval := '6 hours';
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
        total := (select greatest(c.reltuples, 1) from pg_class c where c.oid = memory.part_of(tenant));
        select array_agg(r.lexeme order by r.row_count), array_agg(r.row_count order by r.row_count)
        into lexemes, row_counts from memory.lexeme_rows(lexemes) r;
        select array_agg(s.lexeme) into looked_for
        from (select u.lexeme, u.position, sum(u.row_count) over (order by u.position) as so_far
              from unnest(lexemes, row_counts) with ordinality as u (lexeme, row_count, position)) s
        where s.position = 1 or s.so_far <= rows_max;
    end if;
    return query execute format($query$
        with matched as materialized (
            select m.id, m.conversation_id, m.turn, m.said_at, m.speaker, m.text_search, true as by_query
            from memory.memory m where %1$s and m.text_search @@ $7 limit $8),
        given as materialized (
            select * from matched
            union all
            select m.id, m.conversation_id, m.turn, m.said_at, m.speaker, m.text_search, false
            from memory.memory m
            where %1$s and m.id = any ($6) and not exists (select from matched where matched.id = m.id)),
        -- A speaker's words come first in text_search: up to which place.
        speaker as materialized (
            select s.speaker,
                   (select max(place) from unnest(to_tsvector('pg_catalog.english', s.speaker)) w, unnest(w.positions) place)
                       as last_place
            from (select distinct g.speaker from given g where g.speaker is not null) s),
        found as materialized (
            select g.id, w.lexeme, g.by_query,
                   w.positions[1] <= coalesce(s.last_place, 0) as by_speaker,
                   w.positions[array_upper(w.positions, 1)] > coalesce(s.last_place, 0) as by_text
            from given g left join speaker s on s.speaker = g.speaker cross join lateral unnest(g.text_search) w
            where g.text_search @@ $9 and w.lexeme = any ($10)),
        weight as materialized (
            -- Exact where every row with the word was looked at, else the estimate.
            select e.lexeme,
                   ln(1 + greatest(0, $12 - e.row_count + 0.5) / (e.row_count + 0.5)) as idf,
                   ln(1 + greatest(0, $12 - e.speaker_count + 0.5) / (e.speaker_count + 0.5)) as speaker_idf
            from (select l.lexeme,
                         case when l.lexeme = any ($13) or l.row_count is null then count(f.id)
                              else l.row_count end as row_count,
                         case when l.lexeme = any ($13) or l.row_count is null then count(f.id) filter (where f.by_speaker)
                              else l.row_count end as speaker_count
                  from unnest($10, $11) as l (lexeme, row_count)
                       left join found f on f.lexeme = l.lexeme and f.by_query
                  group by l.lexeme, l.row_count) e),
        lender as materialized (
            select g.id, g.conversation_id, g.turn, g.said_at
            from (select f.id, sum(w.idf) as score from found f join weight w using (lexeme) where f.by_text group by f.id
                  order by score desc, f.id limit $15) best
                 join given g using (id)
            where g.turn is not null),
        -- Turns so many places later (negative: earlier), and how much of a word's occurrence counts for them. One look
        -- into the index for each.
        beside as materialized (
            select near.lender, m.id, near.weight, m.size
            from (select lender.id as lender, lender.conversation_id, lender.turn::bigint + t.later as turn, lender.said_at, t.weight
                  from lender cross join (values (1, 0.5::double precision), (2, 0.25), (-1, 0.3)) as t (later, weight)) near
                 cross join lateral (
                     select m.id, length(m.text_search) as size from memory.memory m
                     where m.conversation_id = near.conversation_id and m.turn = near.turn and %1$s
                       and m.said_at between near.said_at - $16 and near.said_at + $16 offset 0) m),
        occurrence as (
            select f.id, f.lexeme, 1::double precision as weight from found f where f.by_text
            union all
            select b.id, f.lexeme, b.weight from beside b join found f on f.id = b.lender where f.by_text),
        size as materialized (
            select g.id, length(g.text_search) as size from given g union select b.id, b.size from beside b),
        mean as materialized (select greatest(avg(size.size), 1)::double precision as size from size),
        score as (
            select o.id, w.idf * o.weight * (%2$s + 1)
                   / (o.weight + %2$s * (1 - %3$s + %3$s * size.size / mean.size)) as score
            from (select occurrence.id, occurrence.lexeme, sum(occurrence.weight) as weight
                  from occurrence group by occurrence.id, occurrence.lexeme) o
                 join weight w using (lexeme) join size using (id) cross join mean
            union all
            select f.id, %4$s * w.speaker_idf from found f join weight w using (lexeme) where f.by_speaker)
        select s.id, sum(s.score)::double precision as score
        from score s
        group by s.id
        order by (s.id = any ($6)) desc, score desc, s.id
        limit $14$query$, condition, saturation, length_weight, speaker_weight)
    using tenant, agent, conversations, kind, tags,
        coalesce(also, '{}'), memory.any_of(looked_for), rows_max, memory.any_of(lexemes), lexemes, row_counts, total,
        looked_for, depth + coalesce(cardinality(also), 0), lenders_max, talk_pause;
end
$$;
create or replace function memory.vector_candidates(
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
                from memory.memory m where m.tenant_id = tenant and m.id = any (ids) order by 2, 1;
            return;
        end if;
    end if;
    return query execute format($query$
        select m.id, m.embedding operator(public.<=>) $6 from memory.memory m where %s order by 2, 1 limit $7$query$,
        condition)
    using tenant, agent, conversations, kind, tags, wanted, depth;
end
$$;
create or replace function memory.search_candidates(
        query text, wanted public.vector, agent uuid, conversation text, kind text, tag_names text[], depth integer,
        ef_search integer, superseded boolean)
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
    condition := memory.scope_condition(agent, conversations, kind, tags, superseded);
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
             left join memory.memory m on n.id is null and wanted is not null and m.tenant_id = tenant and m.id = t.id;
end
$$;
create or replace function memory.search_candidates(
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
             left join memory.memory m on n.id is null and wanted is not null and m.tenant_id = tenant and m.id = t.id;
end
$$;
drop function
    memory.counted_condition(uuid, uuid[], text, uuid[], text),
    memory.rows_with_words(regclass, text, uuid, uuid, uuid[], text, uuid[], tsquery, text[], uuid[], integer),
    memory.turns_beside(
        regclass, text, uuid, uuid, uuid[], text, uuid[], uuid[], integer[], timestamptz[], bigint[], interval);
