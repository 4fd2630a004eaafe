-- holdfast: expand
-- An entry for half of the processor time. PostgreSQL reads and compiles the checks of a table at every insert: what they said
-- is so because of who writes (audit.write, audit.seal) and of mark_outside. And the trigger functions, which run with the
-- owner's rights already, write by a function that does not change rights and path once more.

alter table audit.entry drop constraint entry_source_check;
alter table audit.entry drop constraint entry_sequence_check;
alter table audit.entry drop constraint entry_check;

-- As audit.record, with the rights and the path of its caller.
create function audit.write(p_tenant uuid, p_operation text, p_entity text, p_entity_id text, p_changes text,
                            p_actor text default null)
    returns void language plpgsql
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
revoke all on function audit.write(uuid, text, text, text, text, text) from public;

-- For what is no change of a row.
create or replace function audit.record(p_tenant uuid, p_operation text, p_entity text, p_entity_id text, p_changes text,
                                        p_actor text default null)
    returns void language plpgsql security definer set search_path = pg_catalog, pg_temp
    as $$
    begin
        perform audit.write(p_tenant, p_operation, p_entity, p_entity_id, p_changes, p_actor);
    end
    $$;

-- Columns by name: a column that was dropped and made again has another place, and the function would not be the one of before.
do $$
begin
    execute replace(replace(pg_get_functiondef('audit.capture_body(regclass)'::regprocedure),
                            'audit.record(', 'audit.write('), 'order by a.attnum', 'order by a.attname');
end
$$;
select ops.guard_tables();
