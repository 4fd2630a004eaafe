-- holdfast: expand
-- A search by words knows when a turn was said: the dates that a query names count like words of the turns that were said then. Over
-- many rows it looks at fewer of them, and finds as much; a search by meaning goes on a little when it has enough, and finds more.

-- The years, the months (1 to 12) and the days (31 * month + day: what lies between two is right to a day or three) that a text names;
-- null where it names none. A month that is a word or a name too (may, march, april) is one only beside a day, a year or a word
-- like "in".
create function memory.dates_named(query text, out years integer[], out months integer[], out days integer[])
    language plpgsql immutable parallel safe
    set search_path = pg_catalog, pg_temp
    as $$
declare
    sure constant text := 'january|february|july|september|october|november|december';
    unsure constant text := sure || '|march|april|may|june|august|jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec';
    year constant text := '(?:19|20)\d\d';
    day constant text := '(\d{1,2})(?:st|nd|rd|th)?';
begin
    if query !~* ('\m(' || year || '|' || unsure || ')\M') then
        return;
    end if;
    years := (select array_agg(distinct y[1]::integer) from regexp_matches(query, '\m(' || year || ')(?!\d)', 'g') y);
    with iso as (
        select d[1]::integer as month, d[2]::integer as day
        from regexp_matches(query, '\m' || year || '-(\d\d)-(\d\d)\M', 'g') d),
    named as (
        select d[2] as name, d[1]::integer as day
        from regexp_matches(query, '\m' || day || '(?:\s+of)?\s+(' || unsure || ')\M', 'gi') d
        union
        select d[1], d[2]::integer
        from regexp_matches(query, '\m(' || unsure || ')\.?\s+(?:the\s+)?' || day || '\M', 'gi') d
        union
        select d[1], null
        from regexp_matches(query, '\m(' || unsure || ')\.?,?\s+(?:of\s+)?' || year || '\M', 'gi') d
        union
        select d[1], null
        from regexp_matches(
            query, '\m(?:in|during|between|since|until|of|last|next|early|mid|late)[\s-]+(' || unsure || ')\M', 'gi') d
        union
        select d[1], null from regexp_matches(query, '\m(' || sure || ')\M', 'gi') d),
    found as (
        select strpos('janfebmaraprmayjunjulaugsepoctnovdec', lower(left(n.name, 3))) / 3 + 1 as month, n.day from named n
        union
        select i.month, i.day from iso i)
    select array_agg(distinct f.month), array_agg(distinct 31 * f.month + f.day) filter (where f.day between 1 and 31)
    into months, days from found f where f.month between 1 and 12;
end
$$;
revoke all on function memory.dates_named(text) from public;

-- As of version 21.4, with dates, and a third as many lenders. In a scope of more than rows_max rows at most word_rows_max are looked
-- at, those with the rarest words.
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
    lenders_max constant integer := 100;
    -- More of them take longer and find no more, by recall over all meetings together.
    word_rows_max constant integer := 700;
    -- Turns that were said much later belong to another talk.
    talk_pause constant interval := '6 hours';
    part constant oid := memory.part_of(tenant);
    years integer[];
    months integer[];
    days integer[];
    lexemes text[];
    row_counts double precision[];
    -- Of which lexemes each row with them is looked at, so that their rows can be counted.
    are_looked_for boolean[];
    looked_for text[];
    total double precision := scope_rows;
begin
    select array_agg(t.lexeme) into lexemes
    from (select u.lexeme from unnest(to_tsvector('pg_catalog.english', query)) u limit 60) t;
    if lexemes is null then
        return;
    end if;
    select d.years, d.months, d.days into years, months, days from memory.dates_named(query) d;
    looked_for := lexemes;
    if scope_rows > rows_max then
        total := (select greatest(c.reltuples, 1) from pg_class c where c.oid = part);
        select array_agg(s.row_count order by s.place), array_agg(s.is_looked_for order by s.place),
               array_agg(s.lexeme) filter (where s.is_looked_for)
        into row_counts, are_looked_for, looked_for
        from (select r.lexeme, l.place, r.row_count,
                     row_number() over rarest = 1 or sum(r.row_count) over rarest <= word_rows_max as is_looked_for
              from unnest(lexemes) with ordinality as l (lexeme, place) join memory.lexeme_rows(lexemes) r on r.lexeme = l.lexeme
              window rarest as (order by r.row_count, l.place)) s;
    end if;
    return query
        with given as materialized (
            select r.*
            from memory.rows_with_words(
                part, condition, tenant, agent, conversations, kind, tags, memory.any_of(looked_for), lexemes,
                coalesce(also, '{}'), case when scope_rows > rows_max then word_rows_max else rows_max end) r),
        lexeme as materialized (
            select l.lexeme, 1::bigint << l.place::integer - 1 as bit, l.row_count, l.is_looked_for, false as is_date
            from unnest(lexemes, row_counts, are_looked_for) with ordinality as l (lexeme, row_count, is_looked_for, place)
            union all
            select null, 1::bigint << d.place, null, true, true
            from (values (60, years), (61, months), (62, days), (63, days)) as d (place, named)
            where d.named is not null),
        -- The dates of the query are words of each turn that was said then. A day makes two: that day, and within a week of it, as
        -- of what is said about a day much was said on another one near it.
        said as materialized (
            select g.id, g.by_query,
                   case when s.year = any (years) then 1::bigint << 60 else 0 end
                   | case when s.month = any (months) then 1::bigint << 61 else 0 end
                   | case when s.day = any (days) then 1::bigint << 62 else 0 end
                   | case when exists (select from unnest(days) d where abs(s.day - d) <= 7) then 1::bigint << 63 else 0 end
                       as dates
            from given g
                 cross join lateral (
                     select extract(year from at.utc) as year, extract(month from at.utc) as month,
                            31 * extract(month from at.utc) + extract(day from at.utc) as day
                     from (select g.said_at at time zone 'UTC' as utc) at) s
            where coalesce(years, months, days) is not null),
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
                   coalesce(s.in_text, g.has) | coalesce(said.dates, 0) as in_text, coalesce(s.in_name, 0) as in_name
            from given g left join spoken s on s.id = g.id left join said on said.id = g.id and said.by_query = g.by_query
            where g.by_query or not exists (select from given twice where twice.by_query and twice.is_also and twice.id = g.id)),
        word_group as materialized (
            select p.in_text, p.in_name, count(*) filter (where p.by_query) as row_count, count(*) as given_count
            from placed p where p.in_text <> 0 or p.in_name <> 0 group by p.in_text, p.in_name),
        weight as materialized (
            -- Exact where every row with the word was looked at, else the estimate. Of dates as it is among the rows that are given.
            select e.bit, e.is_date,
                   ln(1 + greatest(0, total - e.row_count + 0.5) / (e.row_count + 0.5)) as idf,
                   ln(1 + greatest(0, total - e.name_count + 0.5) / (e.name_count + 0.5)) as name_idf
            from (select l.bit, l.is_date,
                         case when l.is_date
                              then total * sum(w.given_count) / (select count(*) from placed)
                              when l.is_looked_for or l.row_count is null then coalesce(sum(w.row_count), 0)::double precision
                              else l.row_count end as row_count,
                         case when l.is_looked_for or l.row_count is null
                              then coalesce(sum(w.row_count) filter (where w.in_name & l.bit <> 0), 0)::double precision
                              else l.row_count end as name_count
                  from lexeme l left join word_group w on (w.in_text | w.in_name) & l.bit <> 0
                  group by l.bit, l.row_count, l.is_looked_for, l.is_date) e),
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
                     -- How much of a word's occurrence beside a turn counts for it. Turns of one talk have one date.
                     select case when w.is_date then 1::double precision
                                 else case when n.in_text & w.bit <> 0 then 1 else 0 end
                                      + case when n.before_1 & w.bit <> 0 then 0.5 else 0 end
                                      + case when n.before_2 & w.bit <> 0 then 0.25 else 0 end
                                      + case when n.after_1 & w.bit <> 0 then 0.3 else 0 end end as weight) o
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

-- As before, but some rows more than are asked for are taken from the index: within a filter it hands them out while it still finds
-- nearer ones.
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
