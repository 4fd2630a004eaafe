-- With the indexes that it is in.
alter table memory.memory drop column graph;
do $$
begin
    if to_regclass('memory.memory_copy') is not null then
        alter table memory.memory_copy drop column graph;
    end if;
end
$$;
drop function memory.vector_key(public.vector);
select ops.guard_tables();
