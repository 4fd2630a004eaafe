-- What the instances tell each other about changed rows where Redis was not told, or is not the only one: a row is committed
-- with the change. Each head keeps its own, for a minute: it is not replicated, because a switch of the writer empties the
-- caches, and because the numbers of one cluster's transactions mean nothing in the other. It holds keys of all tenants, so
-- the application only adds to it; its timer reads it as the owner.
create table ops.cache_outbox (
    id         uuid primary key,
    xid        xid8 not null,
    written_at timestamptz not null,
    told       text,
    messages   bytea not null
);
create index cache_outbox_xid on ops.cache_outbox (xid);
grant insert on ops.cache_outbox to holdfast_app;
