-- As version 21.4 left it.
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
    speaker_weight constant double precision := 2;
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
drop function memory.dates_named(text);
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
