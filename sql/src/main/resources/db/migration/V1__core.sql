-- The business schema. Every table that holds a tenant's data carries tenant_id and is under row level security:
-- the application's role sees the rows of the tenant named by the transaction-local setting holdfast.tenant, and none
-- while that is unset. The owner is exempt (row level security is enabled, not forced), so that logical replication,
-- which applies as the owner, writes every tenant's rows.

create schema auth;
create schema memory;
create schema orchestration;
create schema ops;

grant usage on schema auth, memory, orchestration, ops to holdfast_app;
grant usage on schema ops to holdfast_probe;

create function auth.current_tenant() returns uuid
    language sql stable parallel safe
    as $$ select nullif(current_setting('holdfast.tenant', true), '')::uuid $$;

-- Who became the writer, when, and where its log begins. Positions of two clusters cannot be compared, so a consistency
-- token names the epoch it belongs to.
create table ops.cluster_switch (
    epoch        bigint primary key check (epoch > 0),
    writer       text not null check (writer in ('primary', 'failover')),
    prev_end_lsn pg_lsn,
    start_lsn    pg_lsn,
    reason       text not null,
    switched_at  timestamptz not null default now()
);
grant select on ops.cluster_switch to holdfast_app, holdfast_probe;
-- Each cluster keeps its own record (the table is not published): a switch is recorded on the cluster that takes over.
insert into ops.cluster_switch (epoch, writer, reason) values (1, 'primary', 'first start');

-- ---------------------------------------------------------------------------------------------------------- auth

create table auth.tenant (
    id         uuid primary key,
    name       text not null unique check (length(name) between 1 and 100),
    version    bigint not null default 0,
    created_at timestamptz not null default now()
);

create table auth.user_account (
    id            uuid primary key,
    tenant_id     uuid not null references auth.tenant,
    username      text not null unique check (length(username) between 1 and 100),
    password_hash text not null,
    enabled       boolean not null default true,
    version       bigint not null default 0,
    created_at    timestamptz not null default now()
);
create index user_account_tenant on auth.user_account (tenant_id);

create table auth.user_role (
    user_id   uuid not null references auth.user_account on delete cascade,
    role      text not null check (role in ('admin', 'operator', 'agent', 'viewer')),
    tenant_id uuid not null default auth.current_tenant() references auth.tenant,
    primary key (user_id, role)
);

create table auth.user_preferences (
    id           uuid primary key references auth.user_account on delete cascade,
    tenant_id    uuid not null references auth.tenant,
    time_zone    text not null default 'UTC',
    search_mode  text not null default 'hybrid' check (search_mode in ('hybrid', 'vector', 'text')),
    version      bigint not null default 0
);

-- A refresh token has two parts: one stays the same for the whole session and finds it, the other is replaced at every
-- use. A token whose first part is known and whose second part is not the newest has been used twice.
create table auth.login_session (
    id           uuid primary key,
    tenant_id    uuid not null references auth.tenant,
    user_id      uuid not null references auth.user_account on delete cascade,
    family_hash  bytea not null unique,
    refresh_hash bytea not null,
    created_at   timestamptz not null default now(),
    expires_at   timestamptz not null,
    revoked_at   timestamptz,
    version      bigint not null default 0
);
create index login_session_user on auth.login_session (user_id);
create index login_session_expiry on auth.login_session (expires_at);

-- A caller who logs in has no tenant yet. These two functions are the only door around row level security: each takes
-- an exact key and returns at most one row.
create function auth.account_by_username(wanted text)
    returns table (user_id uuid, tenant_id uuid, username text, password_hash text, enabled boolean, roles text[])
    language sql stable security definer set search_path = pg_catalog, pg_temp
    as $$
        select a.id, a.tenant_id, a.username, a.password_hash, a.enabled,
               array(select r.role from auth.user_role r where r.user_id = a.id order by r.role)
        from auth.user_account a where a.username = wanted
    $$;

create function auth.session_by_family(wanted bytea)
    returns table (session_id uuid, user_id uuid, tenant_id uuid)
    language sql stable security definer set search_path = pg_catalog, pg_temp
    as $$
        select s.id, s.user_id, s.tenant_id from auth.login_session s where s.family_hash = wanted
    $$;
revoke all on function auth.account_by_username(text), auth.session_by_family(bytea) from public;
grant execute on function auth.account_by_username(text), auth.session_by_family(bytea) to holdfast_app;

-- -------------------------------------------------------------------------------------------------------- memory

create table memory.agent (
    id          uuid primary key,
    tenant_id   uuid not null references auth.tenant,
    name        text not null check (length(name) between 1 and 100),
    description text check (length(description) <= 2000),
    is_default  boolean not null default false,
    version     bigint not null default 0,
    created_at  timestamptz not null default now(),
    updated_at  timestamptz not null default now(),
    unique (tenant_id, name)
);
create unique index agent_default on memory.agent (tenant_id) where is_default;

create table memory.conversation (
    id          uuid primary key,
    tenant_id   uuid not null references auth.tenant,
    agent_id    uuid not null references memory.agent on delete cascade,
    external_id text check (length(external_id) between 1 and 200),
    title       text check (length(title) <= 200),
    version     bigint not null default 0,
    created_at  timestamptz not null default now(),
    unique (agent_id, external_id)
);
create index conversation_agent on memory.conversation (agent_id, id);
create index conversation_tenant on memory.conversation (tenant_id, external_id);

create table memory.message (
    id              uuid primary key,
    tenant_id       uuid not null references auth.tenant,
    conversation_id uuid not null references memory.conversation on delete cascade,
    role            text not null check (role in ('system', 'user', 'assistant', 'tool')),
    speaker         text check (length(speaker) <= 200),
    content         text not null check (length(content) between 1 and 32000),
    said_at         timestamptz not null default now(),
    version         bigint not null default 0
);
create index message_conversation on memory.message (conversation_id, id);
create index message_tenant on memory.message (tenant_id);

create table memory.tag (
    id        uuid primary key,
    tenant_id uuid not null references auth.tenant,
    name      text not null check (length(name) between 1 and 64),
    unique (tenant_id, name)
);

create table memory.memory (
    id              uuid primary key,
    tenant_id       uuid not null references auth.tenant,
    agent_id        uuid not null references memory.agent on delete cascade,
    conversation_id uuid references memory.conversation on delete cascade,
    kind            text not null check (kind in ('CONVERSATION', 'PREFERENCE', 'CONTEXT')),
    turn            integer check (turn >= 0),
    speaker         text check (length(speaker) <= 200),
    text            text not null check (length(text) between 1 and 32000),
    said_at         timestamptz not null,
    metadata        jsonb not null default '{}' check (jsonb_typeof(metadata) = 'object'),
    embedding       vector(384) not null,
    text_search     tsvector generated always as
                        (to_tsvector('english', coalesce(speaker, '') || ' ' || text)) stored,
    version         bigint not null default 0,
    created_at      timestamptz not null default now(),
    updated_at      timestamptz not null default now(),
    unique (conversation_id, turn),
    check (turn is null or conversation_id is not null)
);
-- Inline: a search that compares the vectors of one conversation would else look each of them up elsewhere.
alter table memory.memory alter column embedding set storage plain;
create index memory_tenant on memory.memory (tenant_id, id);
create index memory_agent on memory.memory (agent_id, id);
-- Turns of conversations are nearly all rows; the other kinds are few and looked for among them.
create index memory_kind on memory.memory (tenant_id, kind, id) where kind <> 'CONVERSATION';

create table memory.memory_tag (
    memory_id uuid not null references memory.memory on delete cascade,
    tag_id    uuid not null references memory.tag on delete cascade,
    tenant_id uuid not null default auth.current_tenant() references auth.tenant,
    primary key (memory_id, tag_id)
);
create index memory_tag_tag on memory.memory_tag (tag_id);

-- What a memory said before it was changed or removed. No foreign key to memory: history outlives its subject.
create table memory.memory_revision (
    id         uuid primary key,
    tenant_id  uuid not null references auth.tenant,
    memory_id  uuid not null,
    version    bigint not null,
    change     text not null check (change in ('UPDATED', 'DELETED')),
    text       text not null,
    metadata   jsonb not null,
    actor      text not null,
    changed_at timestamptz not null,
    unique (memory_id, version, change)
);

-- ------------------------------------------------------------------------------------------------- orchestration

create table orchestration.run (
    id          uuid primary key,
    tenant_id   uuid not null references auth.tenant,
    agent_id    uuid not null references memory.agent on delete cascade,
    name        text not null check (length(name) between 1 and 200),
    status      text not null check (status in ('PENDING', 'RUNNING', 'SUCCEEDED', 'FAILED', 'CANCELLED')),
    input       jsonb,
    output      jsonb,
    version     bigint not null default 0,
    created_at  timestamptz not null default now(),
    finished_at timestamptz
);
create index run_agent on orchestration.run (agent_id, id);
create index run_tenant on orchestration.run (tenant_id, id);

create table orchestration.run_step (
    id          uuid primary key,
    tenant_id   uuid not null references auth.tenant,
    run_id      uuid not null references orchestration.run on delete cascade,
    ordinal     integer not null check (ordinal >= 0),
    name        text not null check (length(name) between 1 and 200),
    status      text not null check (status in ('PENDING', 'RUNNING', 'SUCCEEDED', 'FAILED', 'CANCELLED')),
    input       jsonb,
    output      jsonb,
    version     bigint not null default 0,
    created_at  timestamptz not null default now(),
    finished_at timestamptz,
    unique (run_id, ordinal)
);

-- ---------------------------------------------------------------------------------------------- rights by tenant

do $$
declare
    tenanted text;
begin
    foreach tenanted in array array[
        'auth.user_account', 'auth.user_role', 'auth.user_preferences', 'auth.login_session',
        'memory.agent', 'memory.conversation', 'memory.message', 'memory.tag', 'memory.memory', 'memory.memory_tag',
        'memory.memory_revision', 'orchestration.run', 'orchestration.run_step']
    loop
        execute format('alter table %s enable row level security', tenanted);
        execute format('create policy tenant on %s using (tenant_id = auth.current_tenant())', tenanted);
        execute format('grant select, insert, update, delete on %s to holdfast_app', tenanted);
    end loop;
end
$$;

alter table auth.tenant enable row level security;
create policy tenant on auth.tenant using (id = auth.current_tenant());
grant select, insert, update on auth.tenant to holdfast_app;
revoke update, delete on memory.memory_revision from holdfast_app;
