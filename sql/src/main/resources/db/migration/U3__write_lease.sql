-- holdfast: offline
-- Without the lease nobody knows who may write, so no application may run. The triggers of later versions are gone with their
-- tables.
do $$
declare
    guarded regclass;
begin
    for guarded in select t.tgrelid from pg_trigger t where t.tgname = 'require_lease' and not t.tgisinternal
    loop
        execute format('drop trigger require_lease on %s', guarded);
    end loop;
end
$$;
drop function ops.renew_lease(text, text, text[], bigint, timestamptz, interval);
drop function ops.advance_sequences();
drop function ops.guard_tables();
drop function ops.require_lease();
drop function ops.assert_lease();
drop table ops.heartbeat;
drop table ops.claim_vote;
drop table ops.lease_vote;
drop table ops.write_lease;
alter table ops.cluster_switch
    drop column state,
    drop column closings,
    drop column end_lsn;
