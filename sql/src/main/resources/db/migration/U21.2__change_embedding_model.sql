do $$
declare
    edit record;
begin
    -- Vectors of two models cannot be told apart without the columns that say whose are which.
    if exists (select from memory.embedding_model m where m.at_tenant is not null) then
        raise exception 'the vectors are being replaced by those of another model: let the job embed-anew come to its end first';
    end if;
    for edit in
        select * from (values
            ('audit.is_bookkeeping(regclass)',
             '''orchestration.integrity_finding'', ''memory.next_embedding'', ''memory.given_embedding''',
             '''orchestration.integrity_finding'''),
            ('audit.capture_body(regclass)',
             'if changes <> ''{}''%9$s then',
             'if changes <> ''{}'' then'),
            ('audit.capture_body(regclass)',
             E'\n            entity,'
             ' case when entity = ''memory.memory'' then '' and (tg_op <> ''''UPDATE'''' or changes - ''''embedding'''' <> ''''{}'''''
             ' or session_user not in (''''holdfast_app'''', ''''holdfast_owner''''))'' else '''' end);',
             E'\n            entity);'))
            as t (routine, new_text, old_text)
    loop
        execute replace(pg_get_functiondef(edit.routine::regprocedure), edit.new_text, edit.old_text);
    end loop;
end
$$;
drop function
    memory.hold_embedding_model(),
    memory.tenant_with_memories(uuid),
    memory.begin_embedding_model(text),
    memory.move_embedding_model(uuid),
    memory.drop_next_embeddings(integer);
drop table memory.next_embedding, memory.given_embedding;
alter table memory.embedding_model
    drop column next_name,
    drop column at_tenant;
select ops.guard_tables();
