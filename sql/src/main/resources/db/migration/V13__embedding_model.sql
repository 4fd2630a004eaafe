-- holdfast: expand
-- Which model made the vectors of memories: one row, of all tenants, that the application writes at its first start. It is
-- replicated, so that whoever takes the writes next knows it.
create table memory.embedding_model (
    only_row   boolean primary key default true check (only_row),
    name       text not null check (length(name) between 1 and 500),
    written_at timestamptz not null default clock_timestamp()
);
grant select, insert on memory.embedding_model to holdfast_app;

-- Of any tenant, which row level security would hide.
create function memory.has_memories() returns boolean
    language sql stable
    security definer set search_path = pg_catalog, pg_temp
    as $$ select exists (select from memory.memory) $$;
revoke all on function memory.has_memories() from public;
grant execute on function memory.has_memories() to holdfast_app;
