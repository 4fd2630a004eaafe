-- holdfast: expand
-- The model of the vectors can be changed while searches and writes go on (docs/adr/0023-change-of-the-model.md). It fits memory.memory
-- whichever of the two tables of versions 20 to 23 that is, so it may come before them or after them.
alter table memory.embedding_model
    -- The model that takes the place; null while none does.
    add column next_name text,
    -- Whose vectors are being replaced, tenant by tenant in the order of their keys: of the tenants before this one all are of the next
    -- model, of those behind it none. Null while the next model's vectors are only being made.
    add column at_tenant uuid;

-- Vectors that wait for their turn. A memory goes without telling (version 22 changes tables under a foreign key), so there is none.
create table memory.next_embedding (
    tenant_id uuid not null references auth.tenant,
    memory_id uuid not null,
    model     text not null,
    -- md5 of the text that the vector is of.
    of_text   uuid not null,
    embedding public.vector(384) not null,
    primary key (tenant_id, memory_id)
);
alter table memory.next_embedding enable row level security;
create policy tenant on memory.next_embedding using (tenant_id = auth.current_tenant());
grant select, insert, update, delete on memory.next_embedding to holdfast_app;

-- Vectors that callers brought. It says which vector, not which memory: when the memory gets another one it is not the caller's any more.
create table memory.given_embedding (
    tenant_id uuid not null references auth.tenant,
    memory_id uuid not null,
    -- md5 of the vector.
    of_vector uuid not null,
    primary key (tenant_id, memory_id)
);
alter table memory.given_embedding enable row level security;
create policy tenant on memory.given_embedding using (tenant_id = auth.current_tenant());
grant select, insert, update, delete on memory.given_embedding to holdfast_app;

-- Which model a vector must be of. Until the transaction ends the answer stays true: whoever moves on waits for it. In plpgsql, so
-- that the second statement sees what was committed while the first one waited.
create function memory.hold_embedding_model() returns table (name text, next_name text, at_tenant uuid)
    language plpgsql set search_path = pg_catalog, pg_temp
    as $$
    begin
        perform pg_advisory_xact_lock_shared(5216694956355245414);
        return query select m.name, m.next_name, m.at_tenant from memory.embedding_model m;
    end
    $$;

-- The first tenant behind this one (null: of all) that has memories; null when there is none.
create function memory.tenant_with_memories(after uuid) returns uuid
    language sql stable
    security definer set search_path = pg_catalog, pg_temp
    as $$
        select m.tenant_id from memory.memory m
        where m.tenant_id > coalesce(after, '00000000-0000-0000-0000-000000000000') order by m.tenant_id limit 1
    $$;

-- Another model is to take the place. Nothing happens where one is being changed to already whose vectors are in use.
create function memory.begin_embedding_model(wanted text) returns void
    language sql
    security definer set search_path = pg_catalog, pg_temp
    as $$
        update memory.embedding_model set next_name = wanted
        where at_tenant is null and name <> wanted and next_name is distinct from wanted
    $$;

-- The turn of the next tenant, or the end of the change when there is none; nothing when it is not this tenant's turn now. Who has
-- embedded with the model of before has committed by then. It waits for that for a moment only, in which all who embed wait too.
create function memory.move_embedding_model(done uuid) returns void
    language plpgsql
    security definer set search_path = pg_catalog, pg_temp
    as $$
    declare
        next_tenant uuid;
    begin
        perform set_config('lock_timeout', '2s', true);
        perform pg_advisory_xact_lock(5216694956355245414);
        next_tenant := memory.tenant_with_memories(done);
        update memory.embedding_model m
        set at_tenant  = next_tenant,
            name       = case when next_tenant is null then m.next_name else m.name end,
            next_name  = case when next_tenant is null then null else m.next_name end,
            written_at = clock_timestamp()
        where m.next_name is not null and m.at_tenant is not distinct from done;
    end
    $$;

-- Removes waiting vectors, at most so many, of tenants that have had their turn; tells how many.
create function memory.drop_next_embeddings(rows_max integer) returns integer
    language plpgsql
    security definer set search_path = pg_catalog, pg_temp
    as $$
    declare
        dropped integer;
    begin
        delete from memory.next_embedding e
        using (select n.tenant_id, n.memory_id from memory.next_embedding n cross join memory.embedding_model m
               where m.next_name is null or n.tenant_id < m.at_tenant limit rows_max) o
        where e.tenant_id = o.tenant_id and e.memory_id = o.memory_id;
        get diagnostics dropped = row_count;
        return dropped;
    end
    $$;
revoke all on function
    memory.hold_embedding_model(),
    memory.tenant_with_memories(uuid),
    memory.begin_embedding_model(text),
    memory.move_embedding_model(uuid),
    memory.drop_next_embeddings(integer)
    from public;
grant execute on function
    memory.hold_embedding_model(),
    memory.tenant_with_memories(uuid),
    memory.begin_embedding_model(text),
    memory.move_embedding_model(uuid),
    memory.drop_next_embeddings(integer) to holdfast_app;

-- Of the trail: the two tables are the application's own notes. And that it gave a memory another vector, and nothing else, is no change
-- of what the memory says: no version of its history would fit the entry. From outside it is told as before.
do $$
declare
    edit record;
    before text;
    after  text;
begin
    for edit in
        select * from (values
            ('audit.is_bookkeeping(regclass)',
             '''orchestration.integrity_finding''',
             '''orchestration.integrity_finding'', ''memory.next_embedding'', ''memory.given_embedding'''),
            ('audit.capture_body(regclass)',
             'if changes <> ''{}'' then',
             'if changes <> ''{}''%9$s then'),
            ('audit.capture_body(regclass)',
             E'\n            entity);',
             E'\n            entity,'
             ' case when entity = ''memory.memory'' then '' and (tg_op <> ''''UPDATE'''' or changes - ''''embedding'''' <> ''''{}'''''
             ' or session_user not in (''''holdfast_app'''', ''''holdfast_owner''''))'' else '''' end);'))
            as t (routine, old_text, new_text)
    loop
        before := pg_get_functiondef(edit.routine::regprocedure);
        after := replace(before, edit.old_text, edit.new_text);
        if after = before then
            raise exception '% has no %', edit.routine, edit.old_text;
        end if;
        execute after;
    end loop;
end
$$;
select ops.guard_tables();
