-- holdfast: expand
-- Searches find what they found before, with the same scores, in a fraction of the time (docs/adr/0022-lighter-search.md). Only
-- statements that say where rows are looked for are still planned each time: they are short and name the tenant's partition. All
-- that follows is planned once for a session. Of a row's words only those of the query are looked at.

create or replace function memory.scope_condition(agent uuid, conversations uuid[], kind text, tags uuid[], superseded boolean)
    returns text language plpgsql immutable
    set search_path = pg_catalog, pg_temp
    as $$
    begin
        return 'm.tenant_id = $1 and (m.expires_at is null or m.expires_at > now())'
            || case when superseded then '' else ' and m.superseded_by is null' end
            || case when agent is null then '' else ' and m.agent_id = $2' end
            || case when conversations is null then '' else ' and m.conversation_id = any ($3)' end
            || case when kind is null then '' else ' and m.kind = $4' end
            || case when tags is null then '' else
               ' and m.id in (select mt.memory_id from memory.memory_tag mt where mt.tag_id = any ($5)'
               ' group by mt.memory_id having count(*) = cardinality($5))' end;
    end
    $$;

-- A condition that an index alone can count by, and about as many rows as the scope has: those that have expired or were superseded
-- count too. Where no index has all that is asked for, the scope's own condition.
create function memory.counted_condition(agent uuid, conversations uuid[], kind text, tags uuid[], condition text)
    returns text language plpgsql immutable
    set search_path = pg_catalog, pg_temp
    as $$
    begin
        return case when tags is not null or kind is not null then condition
                    -- They are conversations of the agent, if one is asked for.
                    when conversations is not null then 'm.conversation_id = any ($3)'
                    when agent is not null then 'm.agent_id = $2'
                    else 'm.tenant_id = $1' end;
    end
    $$;

-- In the order of an index: the tenant's first row may be the table's last.
create or replace function memory.part_of(tenant uuid) returns oid
    language plpgsql stable set search_path = pg_catalog, pg_temp set plan_cache_mode = force_generic_plan
    as $$
    begin
        return coalesce((select m.tableoid from memory.memory m where m.tenant_id = tenant order by m.id limit 1),
                        'memory.memory'::regclass);
    end
    $$;

create or replace function memory.lexeme_rows(lexemes text[])
    returns table (lexeme text, row_count double precision) language plpgsql stable rows 10
    set search_path = pg_catalog, pg_temp set plan_cache_mode = force_generic_plan
    as $$
    declare
        part constant oid := memory.part_of(auth.current_tenant());
    begin
        return query
            with known as materialized (
                select e.elem, e.freq
                from pg_stats s,
                     lateral unnest(s.most_common_elems::text::text[], s.most_common_elem_freqs) as e (elem, freq)
                where s.schemaname = 'memory' and s.tablename = (select p.relname from pg_class p where p.oid = part)
                  and s.attname = 'text_search' and e.elem is not null)
            select l.word,
                   (coalesce(k.freq, (select min(known.freq) from known), 0)
                    * (select greatest(c.reltuples, 1) from pg_class c where c.oid = part))::double precision
            from unnest(lexemes) as l (word) left join known k on k.elem = l.word;
    end
    $$;

create or replace function memory.any_of(lexemes text[])
    returns tsquery language plpgsql immutable
    set search_path = pg_catalog, pg_temp
    as $$
    begin
        return (select string_agg('''' || replace(replace(l, '\', '\\'), '''', '''''') || '''', ' | ')::tsquery
                from unnest(lexemes) as l);
    end
    $$;

-- The rows of a scope that match looked_for, rows_max at most, and those named in also; a row of both kinds may come twice, once
-- with by_query and once without it. has says which lexemes of the query a row has, by a bit each, the first one's lowest; places
-- says where it has them.
create function memory.rows_with_words(
        part regclass, condition text, tenant uuid, agent uuid, conversations uuid[], kind text, tags uuid[],
        looked_for tsquery, lexemes text[], also uuid[], rows_max integer)
    returns table (id uuid, conversation_id uuid, turn integer, said_at timestamptz, speaker text, size integer, places tsvector,
                   has bigint, by_query boolean, is_also boolean)
    language plpgsql stable
    set search_path = pg_catalog, pg_temp
    as $$
declare
    -- A row's vector is asked for once: it may lie outside of the table, and each use would fetch it again. The weight marks the
    -- words of the query, and the filter leaves out all others.
    statement constant text := 'select f.id, f.conversation_id, f.turn, f.said_at, f.speaker, f.size, f.places, '
        || (select string_agg(format('case when f.places @@ $8[%s] then %L::bigint else 0 end', n, 1::bigint << n - 1), ' | ')
            from generate_series(1, cardinality(lexemes)) n)
        || ', $9, f.id = any ($6) from (select v.*, length(v.vector) as size, ts_filter(v.vector, ''{a}'') as places from ('
           'select m.id, m.conversation_id, m.turn, m.said_at, m.speaker, setweight(m.text_search, ''A'', $7) as vector from '
        || part || ' m where ' || condition;
    queries constant tsquery[] := array(
        select memory.any_of(array[l.lexeme]) from unnest(lexemes) with ordinality as l (lexeme, place) order by l.place);
begin
    return query execute statement || ' and m.text_search @@ $10 limit $11) v offset 0) f'
    using tenant, agent, conversations, kind, tags, also, lexemes, queries, true, looked_for, rows_max;
    if cardinality(also) > 0 then
        return query execute statement || ' and m.id = any ($6) offset 0) v offset 0) f'
        using tenant, agent, conversations, kind, tags, also, lexemes, queries, false;
    end if;
end
$$;

-- The turns of a scope that stand up to two places behind or one before given ones, and how many places they stand behind.
create function memory.turns_beside(
        part regclass, condition text, tenant uuid, agent uuid, conversations uuid[], kind text, tags uuid[],
        places_in uuid[], turns integer[], said_at timestamptz[], lent bigint[], talk_pause interval)
    returns table (id uuid, size integer, words bigint, later integer) language plpgsql stable
    set search_path = pg_catalog, pg_temp
    as $$
begin
    -- First by place, and then by what the scope asks for: or the rows of a tag would be sought again for each turn.
    return query execute format($query$
        select m.id, length(m.text_search), given.words, m.turn - given.turn
        from unnest($6, $7, $8, $9) as given (conversation_id, turn, said_at, words)
             cross join lateral (
                 select * from %s near
                 where near.tenant_id = $1 and near.conversation_id = given.conversation_id
                   and near.turn between given.turn::bigint - 1 and given.turn::bigint + 2 and near.turn <> given.turn
                   and near.said_at between given.said_at - $10 and given.said_at + $10 offset 0) m
        where %s$query$, part, condition)
    using tenant, agent, conversations, kind, tags, places_in, turns, said_at, lent, talk_pause;
end
$$;

-- As before, by other means. Rows that have the same words of the query get the same from them; there are few such groups, so
-- what a word weighs is summed up for a group and not for each row. Only turns beside the best ones are scored word by word.
create or replace function memory.text_candidates(
        query text, condition text, scope_rows bigint, tenant uuid, agent uuid, conversations uuid[], kind text,
        tags uuid[], also uuid[], depth integer, rows_max integer)
    returns table (id uuid, score double precision) language plpgsql stable rows 100
    set search_path = pg_catalog, pg_temp set plan_cache_mode = force_generic_plan
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
    part constant oid := memory.part_of(tenant);
    lexemes text[];
    row_counts double precision[];
    -- Of which lexemes each row with them is looked at, so that their rows can be counted.
    are_looked_for boolean[];
    looked_for text[];
    total double precision := scope_rows;
begin
    select array_agg(t.lexeme) into lexemes
    from (select u.lexeme from unnest(to_tsvector('pg_catalog.english', query)) u limit 64) t;
    if lexemes is null then
        return;
    end if;
    looked_for := lexemes;
    if scope_rows > rows_max then
        total := (select greatest(c.reltuples, 1) from pg_class c where c.oid = part);
        select array_agg(s.row_count order by s.place), array_agg(s.is_looked_for order by s.place),
               array_agg(s.lexeme) filter (where s.is_looked_for)
        into row_counts, are_looked_for, looked_for
        from (select r.lexeme, l.place, r.row_count,
                     row_number() over rarest = 1 or sum(r.row_count) over rarest <= rows_max as is_looked_for
              from unnest(lexemes) with ordinality as l (lexeme, place) join memory.lexeme_rows(lexemes) r on r.lexeme = l.lexeme
              window rarest as (order by r.row_count, l.place)) s;
    end if;
    return query
        with given as materialized (
            select r.*
            from memory.rows_with_words(
                part, condition, tenant, agent, conversations, kind, tags, memory.any_of(looked_for), lexemes,
                coalesce(also, '{}'), rows_max) r),
        lexeme as materialized (
            select l.lexeme, 1::bigint << l.place::integer - 1 as bit, l.row_count, l.is_looked_for
            from unnest(lexemes, row_counts, are_looked_for) with ordinality as l (lexeme, row_count, is_looked_for, place)),
        -- Speakers with a word of the query in their names. Those words come first in text_search: up to which place.
        speaker as materialized (
            select s.speaker, name.last_place
            from (select distinct g.speaker from given g where g.speaker is not null) s
                 cross join lateral (
                     select max(place) as last_place, bool_or(w.lexeme = any (lexemes)) as is_asked_for
                     from unnest(to_tsvector('pg_catalog.english', s.speaker)) w, unnest(w.positions) place) name
            where name.is_asked_for),
        spoken as materialized (
            select g.id,
                   coalesce(bit_or(l.bit) filter (where w.positions[1] <= s.last_place), 0) as in_name,
                   coalesce(bit_or(l.bit) filter (where w.positions[array_upper(w.positions, 1)] > s.last_place), 0) as in_text
            from given g join speaker s on s.speaker = g.speaker
                 cross join lateral unnest(g.places) w
                 join lexeme l on l.lexeme = w.lexeme
            group by g.id),
        placed as materialized (
            select g.id, g.conversation_id, g.turn, g.said_at, g.size, g.by_query, g.is_also,
                   coalesce(s.in_text, g.has) as in_text, coalesce(s.in_name, 0) as in_name
            from given g left join spoken s on s.id = g.id
            where g.by_query or not exists (select from given twice where twice.by_query and twice.is_also and twice.id = g.id)),
        word_group as materialized (
            select p.in_text, p.in_name, count(*) filter (where p.by_query) as row_count
            from placed p where p.in_text <> 0 or p.in_name <> 0 group by p.in_text, p.in_name),
        weight as materialized (
            -- Exact where every row with the word was looked at, else the estimate.
            select e.bit,
                   ln(1 + greatest(0, total - e.row_count + 0.5) / (e.row_count + 0.5)) as idf,
                   ln(1 + greatest(0, total - e.name_count + 0.5) / (e.name_count + 0.5)) as name_idf
            from (select l.bit,
                         case when l.is_looked_for or l.row_count is null then coalesce(sum(w.row_count), 0)::double precision
                              else l.row_count end as row_count,
                         case when l.is_looked_for or l.row_count is null
                              then coalesce(sum(w.row_count) filter (where w.in_name & l.bit <> 0), 0)::double precision
                              else l.row_count end as name_count
                  from lexeme l left join word_group w on (w.in_text | w.in_name) & l.bit <> 0
                  group by l.bit, l.row_count, l.is_looked_for) e),
        group_score as materialized (
            select g.in_text, g.in_name,
                   coalesce(sum(w.idf) filter (where g.in_text & w.bit <> 0), 0) as of_text,
                   speaker_weight * coalesce(sum(w.name_idf) filter (where g.in_name & w.bit <> 0), 0) as of_name
            from word_group g cross join weight w group by g.in_text, g.in_name),
        lender as materialized (
            select best.*
            from (select p.id, p.conversation_id, p.turn, p.said_at, p.in_text
                  from placed p join group_score g on g.in_text = p.in_text and g.in_name = p.in_name
                  where p.in_text <> 0 order by g.of_text desc, p.id limit lenders_max) best
            where best.turn is not null),
        -- Turns beside lenders. before_1 are the words of the turn before it; a row has one of each, as places are unique.
        neighbour as materialized (
            select b.id, b.size, b.before_1, b.before_2, b.after_1, coalesce(p.in_text, 0) as in_text,
                   coalesce(p.in_name, 0) as in_name, p.id is not null as is_given, coalesce(p.is_also, false) as is_also
            from (select t.id, min(t.size) as size,
                         coalesce(bit_or(t.words) filter (where t.later = 1), 0) as before_1,
                         coalesce(bit_or(t.words) filter (where t.later = 2), 0) as before_2,
                         coalesce(bit_or(t.words) filter (where t.later = -1), 0) as after_1
                  from (select array_agg(l.conversation_id) as conversations, array_agg(l.turn) as turns,
                               array_agg(l.said_at) as said_at, array_agg(l.in_text) as words
                        from lender l) all_
                       cross join lateral memory.turns_beside(
                           part, condition, tenant, agent, text_candidates.conversations, kind, tags,
                           all_.conversations, all_.turns, all_.said_at, all_.words, talk_pause) t
                  group by t.id) b
                 left join placed p on p.id = b.id),
        mean as materialized (
            select greatest(avg(s.size), 1)::double precision as size
            from (select p.size from placed p union all select n.size from neighbour n where not n.is_given) s),
        result as (
            select n.id, n.is_also,
                   sum(case when o.weight > 0
                            then w.idf * o.weight * (saturation + 1)
                                 / (o.weight + saturation * (1 - length_weight + length_weight * n.size / mean.size))
                            else 0 end
                       + case when n.in_name & w.bit <> 0 then speaker_weight * w.name_idf else 0 end) as score
            from neighbour n cross join mean cross join weight w
                 cross join lateral (
                     -- How much of a word's occurrence beside a turn counts for it.
                     select case when n.in_text & w.bit <> 0 then 1::double precision else 0 end
                            + case when n.before_1 & w.bit <> 0 then 0.5 else 0 end
                            + case when n.before_2 & w.bit <> 0 then 0.25 else 0 end
                            + case when n.after_1 & w.bit <> 0 then 0.3 else 0 end as weight) o
            where (n.in_text | n.before_1 | n.before_2 | n.after_1 | n.in_name) & w.bit <> 0
            group by n.id, n.is_also
            union all
            select p.id, p.is_also,
                   g.of_text * (saturation + 1) / (1 + saturation * (1 - length_weight + length_weight * p.size / mean.size))
                       + g.of_name
            from placed p join group_score g on g.in_text = p.in_text and g.in_name = p.in_name cross join mean
            where not exists (select from neighbour n where n.id = p.id))
        select r.id, r.score
        from result r
        order by r.is_also desc, r.score desc, r.id
        limit depth + coalesce(cardinality(also), 0);
end
$$;

-- As before, on the tenant's partition; the distances come with the rows.
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
                order by m.embedding::public.halfvec(384) operator(public.<=>) $6::public.halfvec(384) limit $7) n$query$,
            part, condition)
        into ids, distances using tenant, agent, conversations, kind, tags, wanted, depth;
        if cardinality(ids) >= least(depth, scope_rows) then
            return query select n.id, n.distance from unnest(ids, distances) as n (id, distance) order by 2, 1;
            return;
        end if;
    end if;
    return query execute format($query$
        select m.id, m.embedding operator(public.<=>) $6 from %s m where %s order by 2, 1 limit $7$query$,
        part, condition)
    using tenant, agent, conversations, kind, tags, wanted, depth;
end
$$;

create or replace function memory.search_candidates(
        query text, wanted public.vector, agent uuid, conversation text, kind text, tag_names text[], depth integer,
        ef_search integer, superseded boolean)
    returns table (id uuid, lexical double precision, distance double precision) language plpgsql
    security definer rows 200
    set search_path = pg_catalog, pg_temp set jit = off set plan_cache_mode = force_generic_plan
    as $$
declare
    -- Up to here a scope is compared row by row, which is exact and takes some ten milliseconds.
    rows_max constant integer := 3000;
    tenant constant uuid := auth.current_tenant();
    part constant regclass := memory.part_of(tenant);
    conversations uuid[];
    tags uuid[];
    condition text;
    counted text;
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
    counted := memory.counted_condition(agent, conversations, kind, tags, condition);
    execute format('select count(*) from (select from %s m where %s limit $6) s', part, counted)
    into scope_rows using tenant, agent, conversations, kind, tags, rows_max + 1;
    if scope_rows > rows_max then
        if wanted is not null then
            select coalesce(array_agg(v.id), '{}'), coalesce(array_agg(v.distance), '{}') into near, near_distances
            from memory.vector_candidates(
                wanted, condition, scope_rows, tenant, agent, conversations, kind, tags, depth, ef_search, rows_max) v;
        end if;
    -- How rare a word is there is told by the exact number.
    elsif wanted is null then
        if counted <> condition then
            execute format('select count(*) from %s m where %s', part, condition)
            into scope_rows using tenant, agent, conversations, kind, tags;
        end if;
    else
        execute format($query$
            with compared as materialized (
                select m.id, m.embedding operator(public.<=>) $6 as distance from %s m where %s)
            select coalesce(array_agg(n.id), '{}'), coalesce(array_agg(n.distance), '{}'), (select count(*) from compared)
            from (select c.id, c.distance from compared c order by 2, 1 limit $7) n$query$, part, condition)
        into near, near_distances, scope_rows using tenant, agent, conversations, kind, tags, wanted, depth;
    end if;
    return query
        select coalesce(n.id, t.id),
               case when query is null then null else coalesce(t.score, 0) end,
               coalesce(n.distance,
                        case when wanted is not null then
                            (select m.embedding operator(public.<=>) wanted from memory.memory m
                             where m.tenant_id = tenant and m.id = t.id) end)
        from unnest(near, near_distances) as n (id, distance)
             full join (select * from memory.text_candidates(
                            query, condition, scope_rows, tenant, agent, conversations, kind, tags, near, depth, rows_max)
                        where query is not null) t on t.id = n.id;
end
$$;

-- What an older application calls.
create or replace function memory.search_candidates(
        query text, wanted public.vector, agent uuid, conversation text, kind text, tag_names text[], depth integer,
        ef_search integer)
    returns table (id uuid, lexical double precision, distance double precision) language plpgsql
    security definer rows 200
    set search_path = pg_catalog, pg_temp
    as $$
    begin
        return query select * from memory.search_candidates(
            query, wanted, agent, conversation, kind, tag_names, depth, ef_search, false);
    end
    $$;

revoke all on function
    memory.counted_condition(uuid, uuid[], text, uuid[], text),
    memory.rows_with_words(regclass, text, uuid, uuid, uuid[], text, uuid[], tsquery, text[], uuid[], integer),
    memory.turns_beside(
        regclass, text, uuid, uuid, uuid[], text, uuid[], uuid[], integer[], timestamptz[], bigint[], interval)
    from public;
