-- holdfast: expand
-- The newest comparison of the clusters. It is replicated: whoever takes the writes next goes on from where it was.
create table orchestration.integrity_run (
    id              uuid primary key,
    repairs         boolean not null,
    asked_by        text not null,
    begun_at        timestamptz not null default clock_timestamp(),
    -- Where it is: a table, and the last key of it, column by column; whether nothing is left of the table, or of all.
    table_name      text not null default '',
    position        text[] not null default '{}',
    table_done      boolean not null default false,
    compared        boolean not null default false,
    moved_at        timestamptz not null default clock_timestamp(),
    ended_at        timestamptz,
    objects_checked bigint not null default 0
);

create table orchestration.integrity_table (
    table_name     text primary key,
    rows_compared  bigint not null,
    chunks         bigint not null,
    rows_unsettled bigint not null,
    rows_found     bigint not null,
    rows_repaired  bigint not null
);

create table orchestration.integrity_finding (
    id       uuid primary key,
    node     text not null,
    kind     text not null,
    object   text not null,
    key      text,
    detail   text,
    repaired boolean not null
);

create or replace function audit.is_bookkeeping(p_table regclass) returns boolean
    language sql stable set search_path = pg_catalog, pg_temp
    as $$ select p_table::text in ('auth.login_session', 'memory.memory_revision', 'orchestration.idempotent_work',
                                   'orchestration.salvaged_change', 'orchestration.data_migration',
                                   'orchestration.integrity_run', 'orchestration.integrity_table',
                                   'orchestration.integrity_finding') $$;
