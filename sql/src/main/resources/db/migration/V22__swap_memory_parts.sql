-- holdfast: contract
-- The partitioned table becomes memory.memory, and the other one its copy. Both clusters have both tables, with the same rows after
-- each transaction, and replication goes by names: so each cluster changes them when it comes to it, whatever the other one has
-- done. An application of before knows a unique key on (conversation_id, turn) alone.
do $$
begin
    -- In the order of who writes. It all takes milliseconds from here.
    lock table memory.memory, memory.memory_copy, memory.memory_tag in access exclusive mode;
    -- On the cluster that follows: rows of a table that the subscription does not know are passed over. 55P03 is tried again.
    if (select count(r.srrelid) > 0 and count(*) filter (where r.srsubstate = 'r') < 3
        from unnest(array['memory.memory', 'memory.memory_copy', 'memory.memory_tag']::regclass[]) as t (name)
             left join pg_subscription_rel r on r.srrelid = t.name) then
        raise exception using errcode = '55P03', message = 'the tables of memories are still being copied to this cluster';
    end if;
    if exists (select from memory.memory) and not exists (select from memory.memory_copy) then
        raise exception 'memory.memory_copy has no rows';
    end if;
    -- Rows that come by replication are not checked against it, so it does not matter which cluster is without it first.
    alter table memory.memory_tag drop constraint memory_tag_memory_id_fkey;
end
$$;
drop trigger keep_copy on memory.memory;
drop trigger audit_capture on memory.memory;
drop trigger audit_truncate on memory.memory;
alter table memory.memory rename to memory_next;
alter table memory.memory_copy rename to memory;
alter table memory.memory_next rename to memory_copy;
revoke all on memory.memory_copy from holdfast_app;
grant select, insert, update, delete on memory.memory to holdfast_app;
alter table memory.memory_tag add constraint memory_tag_memory_fkey
    foreign key (tenant_id, memory_id) references memory.memory (tenant_id, id) on delete cascade not valid;
create trigger keep_copy after insert or update or delete on memory.memory for each row execute function memory.keep_copy();
select ops.guard_tables();
