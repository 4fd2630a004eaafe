-- Ends the audit trail. What it has recorded is gone with it.
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
        return added;
    end
    $$;

do $$
declare
    watched regclass;
begin
    for watched in select t.tgrelid from pg_trigger t where t.tgname = 'audit_capture' loop
        execute format('drop trigger audit_capture on %s', watched);
        execute format('drop trigger audit_truncate on %s', watched);
    end loop;
end
$$;
drop schema audit cascade;
