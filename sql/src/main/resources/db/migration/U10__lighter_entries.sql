do $$
begin
    execute replace(replace(pg_get_functiondef('audit.capture_body(regclass)'::regprocedure),
                            'audit.write(', 'audit.record('), 'order by a.attname', 'order by a.attnum');
end
$$;
drop function audit.record(uuid, text, text, text, text, text);
alter function audit.write(uuid, text, text, text, text, text) rename to record;
alter function audit.record(uuid, text, text, text, text, text) security definer;
alter function audit.record(uuid, text, text, text, text, text) set search_path = pg_catalog, pg_temp;
grant execute on function audit.record(uuid, text, text, text, text, text) to holdfast_app;
alter table audit.entry add constraint entry_source_check check (source in ('api', 'batch', 'admin', 'system', 'outside'));
alter table audit.entry add constraint entry_sequence_check check (sequence > 0);
alter table audit.entry add constraint entry_check check ((sequence is null) = (chain_hash is null));
select ops.guard_tables();
