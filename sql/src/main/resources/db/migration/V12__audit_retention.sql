-- holdfast: expand
-- Months that are older than the retention leave the trail, and its chains stay provable: each goes on from a base, which is
-- signed where there is a key (docs/audit.md). The months themselves are kept as tables of their own, for whoever exports or
-- drops them. In a schema that is neither replicated nor compared: the clusters detach one after the other. Perhaps it is there
-- already: U12 leaves it.
create schema if not exists audit_detached;

-- What the writer has detached; the other cluster follows.
create table audit.detached_month (
    month date primary key,
    at    timestamptz not null default clock_timestamp()
);

-- Where a tenant's chain begins since a month was detached: after sequence, with hash. The strays are entries that are gone and
-- come later in the chain, because they were sealed later than those of the month after. The newest base counts.
create table audit.base (
    tenant_id       uuid not null,
    month           date not null references audit.detached_month,
    sequence        bigint not null,
    hash            bytea not null,
    stray_sequences bigint[] not null,
    stray_entries   bytea[] not null,
    stray_chains    bytea[] not null,
    at              timestamptz not null,
    key_id          text references audit.key,
    signature       bytea,
    primary key (tenant_id, month)
);
create trigger protect before update or delete on audit.detached_month for each row execute function audit.protect_row();
create trigger protect before update or delete on audit.base for each row execute function audit.protect_row();
-- Like heads and anchors it tells nothing of what was done.
grant select on audit.base to holdfast_app;

-- All of this is for the schema's owner.

create function audit.month_name(p_month date) returns text
    language sql immutable set search_path = pg_catalog, pg_temp
    as $$ select 'entry_' || to_char(p_month, 'YYYY_MM') $$;

-- The months that have a partition here.
create function audit.months() returns setof date
    language sql stable set search_path = pg_catalog, pg_temp
    as $$
        select to_date(substr(c.relname, 7), 'YYYY_MM')
        from pg_inherits i join pg_class c on c.oid = i.inhrelid
        where i.inhparent = 'audit.entry'::regclass
          and case when c.relname ~ '^entry_\d{4}_\d{2}$' then not i.inhdetachpending else false end
        order by 1
    $$;

-- Makes the partition of a month, unless it is there or the default partition has entries of it.
create function audit.make_month(p_month date) returns integer
    language plpgsql volatile set search_path = pg_catalog, pg_temp
    as $$
    declare
        first constant timestamptz := p_month::timestamp at time zone 'UTC';
        after constant timestamptz := (p_month + interval '1 month') at time zone 'UTC';
    begin
        if to_regclass(format('audit.%I', audit.month_name(p_month))) is not null
           or exists (select from audit.entry_default d where d.at >= first and d.at < after) then
            return 0;
        end if;
        execute format('create table audit.%I partition of audit.entry for values from (%L) to (%L)',
                       audit.month_name(p_month), first, after);
        return 1;
    end
    $$;

-- The oldest month of which every entry is older than p_months.
create function audit.outlived(p_months integer) returns date
    language sql stable set search_path = pg_catalog, pg_temp
    as $$
        select min(m.month) from audit.months() as m (month)
        where m.month + interval '1 month' <= (now() at time zone 'UTC') - make_interval(months => p_months)
    $$;

-- The bases of the chains of which a month has entries, once it is gone. Nothing may be sealed meanwhile. Each partition is
-- asked by its index on (tenant_id, sequence), not read. HF005: it cannot go.
create function audit.bases(p_month date)
    returns table (tenant_id uuid, sequence bigint, hash bytea, stray_sequences bigint[], stray_entries bytea[],
                   stray_chains bytea[])
    language plpgsql stable set search_path = pg_catalog, pg_temp
    as $$
    #variable_conflict use_column
    declare
        strays_max constant integer := 1000;
        leaving    constant text := audit.month_name(p_month);
        chain      record;
        before     record;
        kept       text;
        first      bigint;
        first_kept bigint;
        is_here    boolean;
    begin
        execute format('select exists (select from audit.%I e where e.sequence is null)', leaving) into is_here;
        if is_here then
            raise exception using errcode = 'HF005', message = format('%s has entries that are not sealed', leaving);
        end if;
        for chain in select h.tenant_id as id, h.sequence as last from audit.head h order by 1 loop
            execute format('select exists (select from audit.%I e where e.tenant_id = $1)', leaving) into is_here using chain.id;
            continue when not is_here;
            first_kept := chain.last + 1;
            for kept in
                select i.inhrelid::regclass::text from pg_inherits i
                where i.inhparent = 'audit.entry'::regclass and i.inhrelid <> format('audit.%I', leaving)::regclass
            loop
                execute format('select min(e.sequence) from %s e where e.tenant_id = $1 and e.sequence is not null', kept)
                    into first using chain.id;
                first_kept := least(first_kept, first);
            end loop;
            select b.sequence, b.hash, b.stray_sequences, b.stray_entries, b.stray_chains into before
            from audit.base b where b.tenant_id = chain.id order by b.sequence desc, b.at desc limit 1;
            tenant_id := chain.id;
            sequence := first_kept - 1;
            -- Of the entry there, which goes now, went as a stray, or was the last one before.
            execute format('select e.chain_hash from audit.%I e where e.tenant_id = $1 and e.sequence = $2 limit 1', leaving)
                into hash using chain.id, sequence;
            hash := coalesce(hash,
                             (select s.chain from unnest(before.stray_sequences, before.stray_chains) as s (place, chain)
                              where s.place = first_kept - 1),
                             case when first_kept - 1 = before.sequence then before.hash end,
                             case when first_kept = 1 and before.sequence is null then decode(repeat('00', 32), 'hex') end);
            if hash is null then
                raise exception using errcode = 'HF005',
                    message = format('%s stays: the chain of %s has no entry %s', leaving, chain.id, first_kept - 1);
            end if;
            execute format($sql$
                select coalesce(array_agg(s.place order by s.place), '{}'), coalesce(array_agg(s.entry order by s.place), '{}'),
                       coalesce(array_agg(s.chain order by s.place), '{}')
                from (select o.place, o.entry, o.chain
                      from unnest($3::bigint[], $4::bytea[], $5::bytea[]) as o (place, entry, chain) where o.place > $2
                      union all
                      (select e.sequence, e.entry_hash, e.chain_hash from audit.%I e
                       where e.tenant_id = $1 and e.sequence > $2 order by e.sequence limit $6)) s
                $sql$, leaving)
                into stray_sequences, stray_entries, stray_chains
                using chain.id, sequence, before.stray_sequences, before.stray_entries, before.stray_chains, strays_max + 1;
            if cardinality(stray_sequences) > strays_max then
                raise exception using errcode = 'HF005',
                    message = format('%s stays: more than %s of its entries of %s come after %s, which stays', leaving,
                                     strays_max, chain.id, first_kept);
            end if;
            return next;
        end loop;
    end
    $$;

-- Takes a month out of the trail; its table stays, with another schema. Writers wait for less than a tenth of a second: it is
-- tried again later. (CONCURRENTLY is not allowed beside a default partition.)
create function audit.detach(p_month date) returns void
    language plpgsql volatile set search_path = pg_catalog, pg_temp set lock_timeout = '90ms'
    as $$
    declare
        leaving constant text := audit.month_name(p_month);
        is_here boolean;
        earlier record;
    begin
        execute format('alter table audit.entry detach partition audit.%I', leaving);
        execute format('select exists (select from audit.%I e where e.sequence is null)', leaving) into is_here;
        if is_here then
            raise exception using errcode = 'HF005', message = format('%s has entries that are not sealed', leaving);
        end if;
        -- An earlier one gives way, with its indexes: the cluster detached it in an epoch that was lost, and has copied the writer
        -- since.
        for earlier in
            select c.relname as name, c.relkind as kind from pg_class c
            where c.oid = to_regclass(format('audit_detached.%I', leaving))
               or c.oid in (select i.indexrelid from pg_index i
                            where i.indrelid = to_regclass(format('audit_detached.%I', leaving)))
        loop
            execute format('alter %s audit_detached.%I rename to %I', case earlier.kind when 'r' then 'table' else 'index' end,
                           earlier.name, earlier.name || to_char(clock_timestamp(), '_YYYYMMDDHH24MISS'));
        end loop;
        execute format('alter table audit.%I set schema audit_detached', leaving);
    end
    $$;

-- Months that the writer has detached, and this cluster not yet.
create function audit.left_behind() returns setof date
    language sql stable set search_path = pg_catalog, pg_temp
    as $$ select d.month from audit.detached_month d join audit.months() as m (month) using (month) order by 1 $$;

revoke all on function audit.month_name(date), audit.months(), audit.make_month(date), audit.outlived(integer), audit.bases(date),
    audit.detach(date), audit.left_behind() from public;
