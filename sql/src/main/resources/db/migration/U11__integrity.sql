create or replace function audit.is_bookkeeping(p_table regclass) returns boolean
    language sql stable set search_path = pg_catalog, pg_temp
    as $$ select p_table::text in ('auth.login_session', 'memory.memory_revision', 'orchestration.idempotent_work',
                                   'orchestration.salvaged_change', 'orchestration.data_migration') $$;
drop table orchestration.integrity_finding, orchestration.integrity_table, orchestration.integrity_run;
