do $$
declare
    edit record;
begin
    for edit in
        select * from (values
            ('memory.lexeme_rows(text[])',
             'tablename = (select p.relname from pg_class p where p.oid = memory.part_of(auth.current_tenant()))',
             'tablename = ''memory'''),
            ('memory.lexeme_rows(text[])',
             'memory.part_of(auth.current_tenant())',
             '''memory.memory''::regclass'),
            ('memory.text_candidates(text, text, bigint, uuid, uuid, uuid[], text, uuid[], uuid[], integer, integer)',
             'memory.part_of(tenant)',
             '''memory.memory''::regclass'),
            ('memory.vector_candidates(public.vector, text, bigint, uuid, uuid, uuid[], text, uuid[], integer, integer, integer)',
             'where m.tenant_id = tenant and m.id = any (ids)',
             'where m.id = any (ids)'),
            ('memory.search_candidates(text, public.vector, uuid, text, text, text[], integer, integer)',
             'and m.tenant_id = tenant and m.id = t.id',
             'and m.id = t.id'),
            ('memory.search_candidates(text, public.vector, uuid, text, text, text[], integer, integer, boolean)',
             'and m.tenant_id = tenant and m.id = t.id',
             'and m.id = t.id'),
            ('audit.capture_body(regclass)',
             'i.indisprimary and a.attname <> ''tenant_id'' having',
             'i.indisprimary having'),
            ('audit.watch_tables()',
             'and not c.relispartition and c.oid is distinct from to_regclass(''memory.memory_copy'')',
             'and not c.relispartition'))
            as t (routine, new_text, old_text)
    loop
        execute replace(pg_get_functiondef(edit.routine::regprocedure), edit.new_text, edit.old_text);
    end loop;
end
$$;
drop function memory.part_of(uuid);
drop trigger keep_copy on memory.memory;
drop function memory.keep_copy();
drop table memory.memory_copy;
alter table memory.memory replica identity default;
-- After U22.
alter table memory.memory_tag validate constraint memory_tag_memory_id_fkey;
select ops.guard_tables();
