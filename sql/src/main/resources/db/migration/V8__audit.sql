-- holdfast: expand
-- Who changed what. An entry is written by a trigger in the transaction of its change, so there is no change without its
-- entry and no entry without its change. A job seals entries into a chain of hashes for each tenant (docs/audit.md).

create schema audit;
grant usage on schema audit to holdfast_app;

create table audit.entry (
    -- The nil UUID is the system's own chain.
    tenant_id     uuid not null,
    at            timestamptz not null,
    id            uuid not null,
    epoch         bigint not null,
    lsn           pg_lsn not null,
    xid           bigint not null,
    source        text not null check (source in ('api', 'batch', 'admin', 'system', 'outside')),
    operation     text not null,
    entity        text not null,
    entity_id     text,
    -- Who: taken away by an erasure, like what follows.
    actor         text,
    roles         text,
    address       text,
    request_id    text,
    -- {"field": [before, after]}. Not jsonb, which would not give back the same text after an upgrade.
    changes       json,
    -- Given by the sealing, once.
    sequence      bigint check (sequence > 0),
    who_nonce     bytea,
    who_hash      bytea,
    payload_nonce bytea,
    payload_hash  bytea,
    entry_hash    bytea,
    chain_hash    bytea,
    primary key (tenant_id, at, id),
    check ((sequence is null) = (chain_hash is null))
) partition by range (at);
-- So that nothing ever fails for want of a partition.
create table audit.entry_default partition of audit.entry default;
create index entry_unsealed on audit.entry (at, id) where sequence is null;
create index entry_chain on audit.entry (tenant_id, sequence) where sequence is not null;
create index entry_entity on audit.entry (tenant_id, entity_id, at) where entity_id is not null;
create index entry_actor on audit.entry (tenant_id, actor, at);

-- Up to where a tenant's chain is sealed.
create table audit.head (
    tenant_id uuid primary key,
    sequence  bigint not null,
    hash      bytea not null
);

-- Public halves of the keys that sign anchors. That a key is here is no reason to trust it: the configuration names those
-- that count.
create table audit.key (
    key_id     text primary key,
    public_key bytea not null,
    valid_from timestamptz not null
);

-- A head as it was at a moment, signed: good also when it is kept elsewhere.
create table audit.anchor (
    tenant_id uuid not null,
    sequence  bigint not null,
    hash      bytea not null,
    at        timestamptz not null,
    key_id    text not null references audit.key,
    signature bytea not null,
    primary key (tenant_id, sequence)
);
create index anchor_age on audit.anchor (tenant_id, at);

-- Heads, keys and anchors tell nothing of what was done, and are needed to verify every chain.
grant select on audit.entry, audit.head, audit.anchor, audit.key to holdfast_app;
alter table audit.entry enable row level security;
create policy tenant on audit.entry for select using
    (tenant_id = auth.current_tenant() or tenant_id = '00000000-0000-0000-0000-000000000000');

-- ------------------------------------------------------------------------------------------------- writing entries

-- Leaves an entry: of a trigger, and for what is no change of a row (log-ins, refusals, switches). The caller is the
-- transaction-local setting holdfast.caller: source, actor, roles, address and request, with U+001F between. It counts
-- for the application's own roles only: everybody else, and who does not say it, is outside.
create function audit.record(p_tenant uuid, p_operation text, p_entity text, p_entity_id text, p_changes text,
                             p_actor text default null)
    returns void language plpgsql security definer set search_path = pg_catalog, pg_temp
    as $$
    declare
        caller text[] := string_to_array(current_setting('holdfast.caller', true), E'\x1f');
        begun  text := current_setting('holdfast.epoch', true);
    begin
        if session_user not in ('holdfast_app', 'holdfast_owner') or cardinality(caller) is distinct from 5 then
            caller := array['outside', session_user, '', coalesce(host(inet_client_addr()), 'local'),
                            current_setting('application_name')];
        elsif p_actor is not null then
            -- Somebody who has just been recognised.
            caller[2] := p_actor;
        end if;
        insert into audit.entry (tenant_id, at, id, epoch, lsn, xid, source, operation, entity, entity_id,
                                 actor, roles, address, request_id, changes)
        values (coalesce(p_tenant, '00000000-0000-0000-0000-000000000000'), clock_timestamp(), gen_random_uuid(),
                case when begun <> '' then begun::bigint
                     else coalesce((select max(s.epoch) from ops.cluster_switch s), 0) end,
                pg_current_wal_insert_lsn(), pg_current_xact_id()::text::bigint,
                caller[1], p_operation, p_entity, p_entity_id, caller[2], caller[3], caller[4], caller[5],
                p_changes::json);
    end
    $$;

-- How a column's value is told: not secrets, and nothing that is large and means nothing to people.
create function audit.told(p_column text, p_type regtype, p_value text) returns text
    language sql immutable set search_path = pg_catalog, pg_temp
    as $$
        select case
            when p_column ~ '(hash|password|secret|token)' then
                format('case when %s is null then null else ''***'' end', p_value)
            when p_type::text ~ '(vector|bytea)' then format('case when %s is null then null else ''...'' end', p_value)
            else p_value end
    $$;

create function audit.differs(p_column text, p_type regtype) returns text
    language sql stable set search_path = pg_catalog, pg_temp
    as $$
        select case
            -- What an extension brings is not in the search path, and json cannot be compared.
            when t.typname = 'vector' then
                format('(old.%1$I operator(%2$I.=) new.%1$I) is not true and (old.%1$I is null) <= (new.%1$I is null)'
                       ' and not (old.%1$I is null and new.%1$I is null)', p_column, n.nspname)
            when n.nspname <> 'pg_catalog' or t.typname = 'json' then
                format('old.%1$I::text is distinct from new.%1$I::text', p_column)
            else format('old.%1$I is distinct from new.%1$I', p_column) end
        from pg_type t join pg_namespace n on n.oid = t.typnamespace where t.oid = p_type
    $$;

-- The differences of two rows, either of which may be missing, for a table whose columns are not those that its function
-- was made for: a migration is under way.
create function audit.differences(p_before jsonb, p_after jsonb) returns jsonb
    language sql immutable set search_path = pg_catalog, pg_temp
    as $$
        select coalesce(jsonb_object_agg(k.name, case
                   when k.name ~ '(hash|password|secret|token)' then '["***", "***"]'
                   when length(p_after ->> k.name) > 100000 then '["...", "..."]'
                   else jsonb_build_array(p_before -> k.name, p_after -> k.name) end), '{}')
        from jsonb_object_keys(coalesce(p_before, '{}') || coalesce(p_after, '{}')) as k (name)
        where (p_before -> k.name) is distinct from (p_after -> k.name)
    $$;

-- The body of a table's trigger function. It names every column, which is many times faster than comparing rows as json,
-- most of all beside vectors.
create function audit.capture_body(p_table regclass) returns text
    language plpgsql stable set search_path = pg_catalog, pg_temp
    as $$
    declare
        entity   text;
        tenant   text := 'null';
        id       text := 'null';
        compared text := '';
        before   text := '';
        after    text := '';
        -- A function takes a hundred arguments.
        columns_max constant integer := 40;
        number   integer := 0;
        attribute record;
    begin
        select n.nspname || '.' || c.relname into entity
        from pg_class c join pg_namespace n on n.oid = c.relnamespace where c.oid = p_table;
        select case when count(*) = 1 then max(format('%%1$s.%I::text', a.attname))
                    else 'concat_ws(''/'', ' || string_agg(format('%%1$s.%I', a.attname), ', ' order by k.ordinal) || ')' end
        into id
        from pg_index i cross join lateral unnest(i.indkey::int2[]) with ordinality k (attnum, ordinal)
             join pg_attribute a on a.attrelid = i.indrelid and a.attnum = k.attnum
        where i.indrelid = p_table and i.indisprimary having count(*) > 0;
        id := coalesce(id, 'null');
        for attribute in
            select a.attname::text as name, a.atttypid::regtype as type from pg_attribute a
            where a.attrelid = p_table and a.attnum > 0 and not a.attisdropped and a.attgenerated = '' order by a.attnum
        loop
            if attribute.name = 'tenant_id' or (entity = 'auth.tenant' and attribute.name = 'id') then
                tenant := format('%%1$s.%I', attribute.name);
            end if;
            compared := compared || format(
                E'            if %s then\n                changes := changes || jsonb_build_object(%L, jsonb_build_array(%s, %s));\n            end if;\n',
                audit.differs(attribute.name, attribute.type), attribute.name,
                audit.told(attribute.name, attribute.type, format('old.%I', attribute.name)),
                audit.told(attribute.name, attribute.type, format('new.%I', attribute.name)));
            before := before || case when number % columns_max = 0 then case when number > 0 then ') || ' else '' end
                                     || 'jsonb_build_object(' else ', ' end
                || format('%L, jsonb_build_array(%s, null)', attribute.name,
                          audit.told(attribute.name, attribute.type, format('old.%I', attribute.name)));
            after := after || case when number % columns_max = 0 then case when number > 0 then ') || ' else '' end
                                   || 'jsonb_build_object(' else ', ' end
                || format('%L, jsonb_build_array(null, %s)', attribute.name,
                          audit.told(attribute.name, attribute.type, format('new.%I', attribute.name)));
            number := number + 1;
        end loop;
        return format($body$
declare
    changes jsonb := '{}';
    tenant  uuid;
    id      text;
begin
    begin
        if tg_op = 'UPDATE' then
%1$s            tenant := %2$s;
            id := %3$s;
        elsif tg_op = 'INSERT' then
            changes := %4$s);
            tenant := %2$s;
            id := %3$s;
        else
            changes := %5$s);
            tenant := %6$s;
            id := %7$s;
        end if;
    exception when undefined_column then
        changes := audit.differences(case when tg_op <> 'INSERT' then to_jsonb(old) end,
                                     case when tg_op <> 'DELETE' then to_jsonb(new) end);
        tenant := to_jsonb(case when tg_op = 'DELETE' then old else new end) ->> 'tenant_id';
        id := to_jsonb(case when tg_op = 'DELETE' then old else new end) ->> 'id';
    end;
    if changes <> '{}' then
        perform audit.record(tenant, tg_op, %8$L, id, changes::text);
    end if;
    return null;
end
$body$, compared, format(tenant, 'new'), format(id, 'new'), after, before, format(tenant, 'old'), format(id, 'old'),
            entity);
    end
    $$;

-- Emptied tables: on the head that takes the writes. One that returns is emptied to copy the writer, which is no change.
create function audit.capture_truncate() returns trigger
    language plpgsql security definer set search_path = pg_catalog, pg_temp
    as $$
    begin
        if exists (select from ops.write_lease l where l.expires_at > clock_timestamp()) then
            perform audit.record(null, 'TRUNCATE', tg_table_schema || '.' || tg_table_name, null, null);
        end if;
        return null;
    end
    $$;

-- Tables that the application keeps for itself: their changes by it are told otherwise, or are no news. Changes from outside
-- are captured all the same.
create function audit.is_bookkeeping(p_table regclass) returns boolean
    language sql stable set search_path = pg_catalog, pg_temp
    as $$ select p_table::text in ('auth.login_session', 'memory.memory_revision', 'orchestration.idempotent_work',
                                   'orchestration.salvaged_change', 'orchestration.data_migration') $$;

-- Lets every business table leave entries, and makes their functions anew where columns have changed; again is harmless.
create function audit.watch_tables() returns integer
    language plpgsql set search_path = pg_catalog, pg_temp
    as $$
    declare
        watched record;
        unused  regprocedure;
        body    text;
        changed integer := 0;
    begin
        for watched in
            select c.oid::regclass as name, 'capture_' || n.nspname || '_' || c.relname as function,
                   exists (select from pg_trigger t where t.tgrelid = c.oid and t.tgname = 'audit_capture') as has_trigger
            from pg_class c join pg_namespace n on n.oid = c.relnamespace
            where n.nspname in ('auth', 'memory', 'orchestration') and c.relkind in ('r', 'p') and not c.relispartition
        loop
            body := audit.capture_body(watched.name);
            if not exists (select from pg_proc p where p.pronamespace = 'audit'::regnamespace
                           and p.proname = left(watched.function, 63) and p.prosrc = body) then
                execute format('create or replace function audit.%I() returns trigger language plpgsql security definer'
                               ' set search_path = pg_catalog, pg_temp as %L', left(watched.function, 63), body);
                execute format('revoke all on function audit.%I() from public', left(watched.function, 63));
                changed := changed + 1;
            end if;
            if not watched.has_trigger then
                execute format('create trigger audit_capture after insert or update or delete on %s for each row %s'
                               ' execute function audit.%I()', watched.name,
                               case when audit.is_bookkeeping(watched.name)
                                    then 'when (session_user not in (''holdfast_app'', ''holdfast_owner''))' else '' end,
                               left(watched.function, 63));
                execute format('create trigger audit_truncate after truncate on %s for each statement'
                               ' execute function audit.capture_truncate()', watched.name);
            end if;
        end loop;
        -- Of tables that are gone.
        for unused in
            select p.oid from pg_proc p
            where p.pronamespace = 'audit'::regnamespace and p.proname ~ '^capture_' and p.proname <> 'capture_truncate'
              and p.prorettype = 'trigger'::regtype and not exists (select from pg_trigger t where t.tgfoid = p.oid)
        loop
            execute format('drop function %s', unused);
            changed := changed + 1;
        end loop;
        return changed;
    end
    $$;

-- As before, and audited. The audit's own tables are not under the lease: their rows come from statements that are, and the
-- entry of a new epoch is written before its lease.
create or replace function ops.guard_tables() returns integer
    language plpgsql
    as $$
    declare
        guarded regclass;
        added   integer := 0;
    begin
        for guarded in
            select c.oid from pg_class c join pg_namespace n on n.oid = c.relnamespace
            where n.nspname in ('auth', 'memory', 'orchestration') and c.relkind in ('r', 'p') and not c.relispartition
              and not exists (select from pg_trigger t where t.tgrelid = c.oid and t.tgname = 'require_lease')
        loop
            execute format('create trigger require_lease before insert or update or delete on %s'
                           ' for each statement execute function ops.require_lease()', guarded);
            added := added + 1;
        end loop;
        perform audit.watch_tables();
        return added;
    end
    $$;

-- --------------------------------------------------------------------------------------------------- what stays

-- An entry is sealed once, and loses what it tells of a person or of a row by an erasure; nothing else happens to it.
create function audit.protect_entry() returns trigger
    language plpgsql set search_path = pg_catalog, pg_temp
    as $$
    declare
        is_erased constant boolean := new.who_nonce is null or new.payload_nonce is null;
    begin
        if tg_op = 'UPDATE'
           and (old.tenant_id, old.at, old.id, old.epoch, old.lsn, old.xid, old.source, old.operation, old.entity,
                coalesce(old.entity_id, ''))
               is not distinct from
               (new.tenant_id, new.at, new.id, new.epoch, new.lsn, new.xid, new.source, new.operation, new.entity,
                coalesce(new.entity_id, ''))
           and (old.sequence is null
                or (old.sequence, old.who_hash, old.payload_hash, old.entry_hash, old.chain_hash)
                   is not distinct from
                   (new.sequence, new.who_hash, new.payload_hash, new.entry_hash, new.chain_hash))
           and (new.changes is null or old.changes::text = new.changes::text)
           and (old.actor, old.roles, old.address, old.request_id) is not distinct from
               (coalesce(new.actor, old.actor), coalesce(new.roles, old.roles), coalesce(new.address, old.address),
                coalesce(new.request_id, old.request_id))
           and (old.sequence is null or is_erased) then
            return new;
        end if;
        raise exception using errcode = 'HF003', message = 'an audit entry stays as it was written';
    end
    $$;
create trigger protect before update or delete on audit.entry for each row execute function audit.protect_entry();

-- A row that somebody writes here by hand is not one of the application's.
create function audit.mark_outside() returns trigger
    language plpgsql set search_path = pg_catalog, pg_temp
    as $$
    begin
        if new.source <> 'outside' then
            raise exception using errcode = 'HF003', message = 'audit entries are written by triggers alone';
        end if;
        return new;
    end
    $$;
create trigger mark_outside before insert on audit.entry for each row
    when (session_user not in ('holdfast_app', 'holdfast_owner')) execute function audit.mark_outside();

create function audit.protect_row() returns trigger
    language plpgsql set search_path = pg_catalog, pg_temp
    as $$
    begin
        raise exception using errcode = 'HF003', message = format('a row of audit.%s stays as it was written', tg_table_name);
    end
    $$;
create trigger protect before update or delete on audit.anchor for each row execute function audit.protect_row();
create trigger protect before update or delete on audit.key for each row execute function audit.protect_row();

-- ------------------------------------------------------------------------------------------------------- sealing

-- All of this is for the schema's owner: the application's role writes entries and cannot seal any.

-- The oldest entries that are not sealed, of all tenants, with the moment in microseconds since 1970.
create function audit.unsealed(p_rows_max integer)
    returns table (tenant_id uuid, at_micros bigint, id uuid, epoch bigint, lsn text, xid bigint, source text,
                   operation text, entity text, entity_id text, actor text, roles text, address text, request_id text,
                   changes text)
    language sql volatile set search_path = pg_catalog, pg_temp
    as $$
        select e.tenant_id, (extract(epoch from e.at) * 1000000)::bigint, e.id, e.epoch, e.lsn::text, e.xid, e.source,
               e.operation, e.entity, e.entity_id, e.actor, e.roles, e.address, e.request_id, e.changes::text
        from audit.entry e where e.sequence is null order by e.at, e.id limit p_rows_max
    $$;

-- Seals entries of one tenant that follow its head; the arrays tell one entry at each place. Fails when the head is not
-- where the first of them needs it.
create function audit.seal(p_tenant uuid, p_at_micros bigint[], p_ids uuid[], p_first bigint, p_who_nonces bytea[],
                           p_who_hashes bytea[], p_payload_nonces bytea[], p_payload_hashes bytea[],
                           p_entry_hashes bytea[], p_chain_hashes bytea[])
    returns void language plpgsql volatile set search_path = pg_catalog, pg_temp
    as $$
    declare
        entries constant integer := cardinality(p_ids);
        sealed  integer;
    begin
        insert into audit.head as h (tenant_id, sequence, hash)
        values (p_tenant, p_first + entries - 1, p_chain_hashes[entries])
        on conflict (tenant_id) do update set sequence = excluded.sequence, hash = excluded.hash
            where h.sequence = p_first - 1;
        get diagnostics sealed = row_count;
        if sealed <> 1 then
            raise exception using errcode = 'HF004', message = format('the chain of %s does not end before %s', p_tenant, p_first);
        end if;
        update audit.entry e
        set sequence = p_first + s.place - 1, who_nonce = s.who_nonce, who_hash = s.who_hash,
            payload_nonce = s.payload_nonce, payload_hash = s.payload_hash, entry_hash = s.entry_hash,
            chain_hash = s.chain_hash
        from unnest(p_at_micros, p_ids, p_who_nonces, p_who_hashes, p_payload_nonces, p_payload_hashes, p_entry_hashes,
                    p_chain_hashes) with ordinality
             as s (at_micros, id, who_nonce, who_hash, payload_nonce, payload_hash, entry_hash, chain_hash, place)
        where e.tenant_id = p_tenant and e.at = timestamptz 'epoch' + s.at_micros * interval '1 microsecond'
          and e.id = s.id and e.sequence is null;
        get diagnostics sealed = row_count;
        if sealed <> entries then
            raise exception using errcode = 'HF004', message = format('%s of %s entries of %s could be sealed', sealed, entries, p_tenant);
        end if;
    end
    $$;

-- Heads that have no anchor yet and whose newest one is older than a second.
create function audit.unanchored()
    returns table (tenant_id uuid, sequence bigint, hash bytea)
    language sql stable set search_path = pg_catalog, pg_temp
    as $$
        select h.tenant_id, h.sequence, h.hash from audit.head h
        where not exists (select from audit.anchor a where a.tenant_id = h.tenant_id
                          and (a.sequence >= h.sequence or a.at > clock_timestamp() - interval '1 second'))
    $$;

-- Takes what sealed entries of the current tenant tell of a row (p_entity, p_id) or of a person (p_actor) away, at most
-- p_rows_max, and tells which. What is not sealed yet is not taken: it is asked for again.
create function audit.erase(p_entity text, p_id text, p_actor text, p_rows_max integer)
    returns table (sequence bigint) language plpgsql volatile
    security definer set search_path = pg_catalog, pg_temp
    as $$
    #variable_conflict use_column
    begin
        if p_actor is not null then
            return query
                update audit.entry set actor = null, roles = null, address = null, request_id = null, who_nonce = null
                where (tenant_id, at, id) in (
                    select e.tenant_id, e.at, e.id from audit.entry e
                    where e.tenant_id = auth.current_tenant() and e.actor = p_actor and e.sequence is not null limit p_rows_max)
                returning sequence;
        else
            return query
                update audit.entry set changes = null, payload_nonce = null
                where (tenant_id, at, id) in (
                    select e.tenant_id, e.at, e.id from audit.entry e
                    where e.tenant_id = auth.current_tenant() and e.entity = p_entity and e.entity_id = p_id
                      and e.payload_nonce is not null limit p_rows_max)
                returning sequence;
        end if;
    end
    $$;

-- ---------------------------------------------------------------------------------------------------- partitions

-- Makes the partitions of this month and of some months ahead, unless they are there; tells how many it made. A month of
-- which entries are in the default partition already stays there.
create function audit.make_partitions(p_months_ahead integer) returns integer
    language plpgsql set search_path = pg_catalog, pg_temp
    as $$
    declare
        month timestamptz;
        first constant timestamptz := date_trunc('month', now() at time zone 'UTC') at time zone 'UTC';
        made  integer := 0;
        name  text;
    begin
        for ahead in 0 .. p_months_ahead loop
            month := (first at time zone 'UTC' + make_interval(months => ahead)) at time zone 'UTC';
            name := 'entry_' || to_char(month at time zone 'UTC', 'YYYY_MM');
            if to_regclass('audit.' || name) is null
               and not exists (select from audit.entry_default d where d.at >= month
                               and d.at < (month at time zone 'UTC' + interval '1 month') at time zone 'UTC') then
                execute format('create table audit.%I partition of audit.entry for values from (%L) to (%L)', name, month,
                               (month at time zone 'UTC' + interval '1 month') at time zone 'UTC');
                made := made + 1;
            end if;
        end loop;
        return made;
    end
    $$;

revoke all on all functions in schema audit from public;
grant execute on function
    audit.record(uuid, text, text, text, text, text), audit.erase(text, text, text, integer) to holdfast_app;

select audit.make_partitions(3);
select ops.guard_tables();
