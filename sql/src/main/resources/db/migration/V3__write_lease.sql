-- Who may write. Each head of a cluster keeps these tables for itself; only the heartbeat is replicated.

-- An epoch is claimed by a head before it takes writes, open while it does, closing and ended in a planned switch.
-- Only the head of the cluster that an epoch names tells its state; its copies elsewhere are history.
alter table ops.cluster_switch
    add column state    text not null default 'open' check (state in ('claimed', 'open', 'closing', 'ended')),
    add column closings integer not null default 0,
    add column end_lsn  pg_lsn;

-- Until when, by its own clock, this head takes writes. Unlogged: it changes several times a second, and a crash that
-- empties it takes the lease away, which is the safe side.
create unlogged table ops.write_lease (
    only_row   boolean primary key default true check (only_row),
    epoch      bigint not null,
    members    text[] not null,
    expires_at timestamptz not null
) with (fillfactor = 10);
grant select on ops.write_lease to holdfast_app, holdfast_probe;

-- Until when an instance lets this head take writes.
create unlogged table ops.lease_vote (
    instance   text primary key,
    epoch      bigint not null,
    expires_at timestamptz not null
) with (fillfactor = 10);

-- An instance's promise to let nobody take writes in an earlier epoch; it holds until the instance takes it back, which
-- raises its turn: a vote that was sent in an earlier turn and arrives late does not count. Epoch 0: no promise.
create table ops.claim_vote (
    instance text primary key,
    epoch    bigint not null default 0,
    turn     bigint not null default 1
);

-- One row a cluster, written through its head and replicated: where it is, in terms of its own log.
create table ops.heartbeat (
    cluster text primary key check (cluster in ('primary', 'failover')),
    epoch   bigint not null,
    beat    bigint not null,
    lsn     pg_lsn not null,
    at      timestamptz not null
);
grant select on ops.heartbeat to holdfast_app, holdfast_probe;

-- The epoch of the lease; fails with HF001 while there is none, or when it is not the one that the transaction-local
-- setting holdfast.epoch names: a transaction belongs to the epoch in which it began. Asked again in the same message as
-- each commit.
create function ops.assert_lease() returns bigint
    language plpgsql volatile
    as $$
    declare
        begun text := current_setting('holdfast.epoch', true);
        held  bigint;
    begin
        select l.epoch into held from ops.write_lease l where l.expires_at > clock_timestamp();
        if held is null or (begun <> '' and begun::bigint <> held) then
            raise exception using errcode = 'HF001', message = 'this node does not hold the lease to take writes';
        end if;
        return held;
    end
    $$;

create function ops.require_lease() returns trigger
    language plpgsql
    as $$
    begin
        perform from ops.write_lease l where l.expires_at > clock_timestamp();
        if not found then
            raise exception using errcode = 'HF001', message = 'this node does not hold the lease to take writes';
        end if;
        return null;
    end
    $$;

-- Puts every business table under the lease; again is harmless. The apply worker of a subscription and the first copy of
-- a table are exempt, as from every ordinary trigger.
create function ops.guard_tables() returns integer
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
        return added;
    end
    $$;
revoke all on function ops.guard_tables() from public;
select ops.guard_tables();

-- Sequences are not replicated: a new writer goes on beyond every value that was ever given out. A thousand more, for values
-- that were drawn by transactions which were lost.
create function ops.advance_sequences() returns void
    language plpgsql
    as $$
    declare
        owned   record;
        highest bigint;
    begin
        for owned in
            select s.oid::regclass as sequence, t.oid::regclass as owner, a.attname as attribute
            from pg_class s
            join pg_depend d on d.objid = s.oid and d.classid = 'pg_class'::regclass and d.deptype in ('a', 'i')
            join pg_class t on t.oid = d.refobjid
            join pg_attribute a on a.attrelid = t.oid and a.attnum = d.refobjsubid
            join pg_namespace n on n.oid = t.relnamespace
            where s.relkind = 'S' and n.nspname in ('auth', 'memory', 'orchestration')
        loop
            execute format('select max(%I) from %s', owned.attribute, owned.owner) into highest;
            perform setval(owned.sequence, greatest(highest, 0) + 1000);
        end loop;
    end
    $$;
revoke all on function ops.advance_sequences() from public;

-- Extends an instance's vote to ticket + ttl and the lease to what a quorum of votes allows. A ticket is this head's clock
-- as it answered the renewal before, so that a renewal which lay about while the head was stopped extends nothing. The
-- first call of an instance has no ticket and only gets one. No ttl at all is a lease for ever: there is no other cluster.
create function ops.renew_lease(p_cluster text, p_instance text, p_members text[], p_epoch bigint,
                                p_ticket timestamptz, p_ttl interval)
    returns table (ticket timestamptz, newest_epoch bigint, newest_writer text, newest_state text, lease_until timestamptz)
    language plpgsql
    as $$
    #variable_conflict use_column
    declare
        newest ops.cluster_switch;
        held   ops.write_lease;
        until  timestamptz;
    begin
        -- Against a concurrent end of the epoch, which takes it exclusively.
        perform pg_advisory_xact_lock_shared(hashtext('holdfast.lease'));
        select s.* into newest from ops.cluster_switch s order by s.epoch desc limit 1;
        if newest.epoch = p_epoch and newest.writer = p_cluster and newest.state = 'open' then
            select l.* into held from ops.write_lease l;
            if held.members <> p_members and held.expires_at > clock_timestamp() then
                raise exception using errcode = 'HF002',
                    message = format('the instances of the lease are %s, not %s', held.members, p_members);
            end if;
            if p_ttl is null then
                until := 'infinity';
            else
                if p_ticket + p_ttl > clock_timestamp() then
                    insert into ops.lease_vote as v (instance, epoch, expires_at)
                    values (p_instance, p_epoch, p_ticket + p_ttl)
                    on conflict (instance) do update set epoch = excluded.epoch, expires_at =
                        case when v.epoch = excluded.epoch then greatest(v.expires_at, excluded.expires_at)
                             else excluded.expires_at end;
                end if;
                select v.expires_at into until from ops.lease_vote v
                where v.epoch = p_epoch and v.instance = any (p_members)
                order by v.expires_at desc offset (cardinality(p_members) + 1) / 2 - 1 limit 1;
            end if;
            if until > clock_timestamp() then
                insert into ops.write_lease as l (epoch, members, expires_at) values (p_epoch, p_members, until)
                on conflict (only_row) do update
                    set epoch = excluded.epoch, members = excluded.members, expires_at = excluded.expires_at;
            end if;
        end if;
        return query select clock_timestamp(), newest.epoch, newest.writer, newest.state, until;
    end
    $$;
revoke all on function ops.renew_lease(text, text, text[], bigint, timestamptz, interval) from public;
