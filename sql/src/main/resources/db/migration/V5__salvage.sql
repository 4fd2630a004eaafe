-- What a lost writer had committed and the other cluster never received. Kept with the tenants' data, so that it is
-- published and outlives the next switch too.
create table orchestration.salvaged_change (
    id           uuid primary key,
    -- The epoch that was lost; positions and transaction ids are those of its writer.
    epoch        bigint not null check (epoch > 0),
    commit_lsn   pg_lsn not null,
    committed_at timestamptz not null,
    xid          bigint not null,
    ordinal      integer not null check (ordinal >= 0),
    -- Null where the table has no tenants. No reference: the tenant itself may be among what was lost.
    tenant_id    uuid,
    table_name   text not null,
    operation    text not null check (operation in ('INSERT', 'UPDATE', 'DELETE', 'TRUNCATE')),
    key          jsonb,
    row_before   jsonb,
    row_after    jsonb,
    salvaged_at  timestamptz not null default now(),
    unique (epoch, commit_lsn, ordinal)
);
create index salvaged_change_tenant on orchestration.salvaged_change (tenant_id, id);
-- Finds the tenant of a deletion among the changes before it. A key may be longer than a B-tree takes.
create index salvaged_change_key on orchestration.salvaged_change using hash (key);

-- Written by the owner, who is exempt.
alter table orchestration.salvaged_change enable row level security;
create policy tenant on orchestration.salvaged_change using (tenant_id = auth.current_tenant());
grant select on orchestration.salvaged_change to holdfast_app;
