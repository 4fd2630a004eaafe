-- holdfast: expand
-- Words are looked for in a turn and in those around it: an answer often shares no word with the question that comes before
-- it. Scores are made when a search asks, from the rows as they are then: nothing is stored that a later turn or a deletion
-- would make wrong.

-- The rows of a scope that share words with the query, or stand beside such turns, with their scores: BM25 (a word counts
-- once in a row) over a row's words and, weighted, those of the turns around it, and more where the query names who speaks.
-- Rows of the scope named in also are scored too, best or not. rows_max bounds the rows that are looked at: beyond it only
-- those with the rarest words of the query are, while its other words still count in their scores.
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
