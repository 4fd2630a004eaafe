-- holdfast: expand
-- How far each data version is. A line changes in the transaction of the rows that it counts, and is replicated with them:
-- whoever takes the writes next goes on from there.
create table orchestration.data_migration (
    version    text primary key,
    name       text not null,
    checksum   text not null,
    -- Keys as texts: the last one that was handled, and the last one that there was at the beginning.
    position   text,
    last_key   text,
    rows_done  bigint not null default 0,
    rows_total bigint not null,
    begun_at   timestamptz not null default clock_timestamp(),
    moved_at   timestamptz not null default clock_timestamp(),
    ended_at   timestamptz
);
