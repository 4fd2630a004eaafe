-- What came of writes that their callers may send again. A row is written in the transaction that did the work, so it is
-- there exactly when the work was committed, on whichever cluster: it settles a write whose answer was lost.

create table orchestration.idempotent_work (
    tenant_id    uuid not null default auth.current_tenant() references auth.tenant,
    actor        text not null check (length(actor) between 1 and 200),
    key          text not null check (length(key) between 1 and 200),
    -- The n-th write session of the request: a batch has several.
    ordinal      integer not null check (ordinal >= 0),
    request_hash bytea not null check (length(request_hash) = 32),
    -- Empty only between the two statements of its own transaction. Not jsonb, which would not give back the same text.
    result       json,
    created_at   timestamptz not null default now(),
    primary key (tenant_id, actor, key, ordinal)
);
create index idempotent_work_age on orchestration.idempotent_work (created_at);

alter table orchestration.idempotent_work enable row level security;
create policy tenant on orchestration.idempotent_work using (tenant_id = auth.current_tenant());
grant select, insert, update, delete on orchestration.idempotent_work to holdfast_app;

-- Forgets old rows of all tenants, at most rows_max, and says how many. Fresh ones stay, whoever asks. Rows that another
-- instance is just deleting are passed over.
create function orchestration.forget_idempotent_work(older_than interval, rows_max integer)
    returns integer language sql volatile security definer set search_path = pg_catalog, pg_temp
    as $$
        with gone as (
            delete from orchestration.idempotent_work
            where ctid = any (array(
                select w.ctid from orchestration.idempotent_work w
                where w.created_at < now() - greatest(older_than, interval '1 hour')
                order by w.created_at
                limit rows_max
                for update skip locked))
            returning 1)
        select count(*)::integer from gone
    $$;
revoke all on function orchestration.forget_idempotent_work(interval, integer) from public;
grant execute on function orchestration.forget_idempotent_work(interval, integer) to holdfast_app;
