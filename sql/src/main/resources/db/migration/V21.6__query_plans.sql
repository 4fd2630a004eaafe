-- holdfast: expand
-- How the nodes plan the statements that cost them the most: one row for each shape of a plan that was seen. Where the samples of the
-- nodes are: it speaks of the nodes and not of anybody's data, so it is neither audited, nor compared, nor salvaged.
create table ops.query_plan (
    node        text not null,
    -- Of pg_stat_statements on that node.
    query_id    bigint not null,
    -- The MD5 of the shape, which may be longer than an index takes.
    shape_key   uuid not null,
    shape       text not null,
    text        text not null,
    plan        json not null,
    first_seen  timestamptz not null,
    last_seen   timestamptz not null,
    -- As the node counted them when the plan was last seen, those of other plans too.
    calls       bigint not null,
    mean_millis double precision not null,
    primary key (node, query_id, shape_key)
);
create trigger require_lease before insert or update or delete on ops.query_plan
    for each statement execute function ops.require_lease();
grant select, insert, update, delete on ops.query_plan to holdfast_app;
