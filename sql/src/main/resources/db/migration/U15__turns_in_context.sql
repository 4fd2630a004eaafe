-- As version 2 made it.
create or replace function memory.text_candidates(
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
