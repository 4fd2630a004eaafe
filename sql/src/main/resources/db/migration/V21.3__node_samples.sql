-- holdfast: expand
-- How the nodes were, one row of each for each interval. Where heartbeats are: it speaks of the nodes and not of anybody's data, so it
-- is neither audited, nor compared, nor salvaged. Monthly partitions, which each cluster makes ahead and drops for itself.
create table ops.node_sample (
    at                 timestamptz not null,
    node               text not null,
    role               text not null,
    state              text not null,
    response_micros    bigint,
    lag_millis         bigint,
    lag_bytes          bigint,
    active_connections integer,
    connections        integer,
    -- Since the server's statistics begin, which is where they fall.
    commits            bigint,
    rollbacks          bigint,
    blocks_read        bigint,
    blocks_hit         bigint,
    deadlocks          bigint,
    temporary_bytes    bigint,
    database_bytes     bigint,
    primary key (at, node)
) partition by range (at);
-- For whatever no month is there for: the standby must never refuse what the writer took.
create table ops.node_sample_default partition of ops.node_sample default;
create trigger require_lease before insert or update or delete on ops.node_sample
    for each statement execute function ops.require_lease();
grant select, insert, delete on ops.node_sample to holdfast_app;

-- Makes this month's partition and those of the months ahead; tells how many. One whose rows are in the default partition stays there.
create function ops.make_sample_months(p_months_ahead integer) returns integer
    language plpgsql volatile set search_path = pg_catalog, pg_temp set lock_timeout = '90ms'
    as $$
    declare
        this_month constant timestamp := date_trunc('month', now() at time zone 'UTC');
        first      timestamptz;
        after      timestamptz;
        name       text;
        made       integer := 0;
    begin
        for ahead in 0 .. p_months_ahead loop
            first := (this_month + make_interval(months => ahead)) at time zone 'UTC';
            after := (this_month + make_interval(months => ahead + 1)) at time zone 'UTC';
            name := 'node_sample_' || to_char(first at time zone 'UTC', 'YYYY_MM');
            if to_regclass('ops.' || name) is null
               and not exists (select from ops.node_sample_default d where d.at >= first and d.at < after) then
                execute format('create table ops.%I partition of ops.node_sample for values from (%L) to (%L)', name, first, after);
                made := made + 1;
            end if;
        end loop;
        return made;
    end
    $$;

-- Drops the months of which every sample is older than p_months; tells how many. Who reads or writes samples waits for less than a
-- tenth of a second: it is tried again later.
create function ops.drop_sample_months(p_months integer) returns integer
    language plpgsql volatile set search_path = pg_catalog, pg_temp set lock_timeout = '90ms'
    as $$
    declare
        old     regclass;
        dropped integer := 0;
    begin
        for old in
            select c.oid from pg_inherits i join pg_class c on c.oid = i.inhrelid
            where i.inhparent = 'ops.node_sample'::regclass
              and case when c.relname ~ '^node_sample_\d{4}_\d{2}$'
                       then to_date(right(c.relname, 7), 'YYYY_MM') + interval '1 month'
                            <= (now() at time zone 'UTC') - make_interval(months => p_months)
                       else false end
            order by c.relname
        loop
            execute format('drop table %s', old);
            dropped := dropped + 1;
        end loop;
        return dropped;
    end
    $$;

revoke all on function ops.make_sample_months(integer), ops.drop_sample_months(integer) from public;
select ops.make_sample_months(3);
