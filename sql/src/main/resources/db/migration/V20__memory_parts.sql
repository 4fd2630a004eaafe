-- holdfast: expand
-- Memories in eight partitions by the hash of their tenant, so that a search goes through the rows, words and vectors of its
-- tenant's partition alone (docs/adr/0018-memories-by-tenant.md). An ordinary table does not become a partitioned one: for a
-- while there are two, memory.memory and memory.memory_copy, with the same rows on both clusters, and then they change names.
--
-- version 20: the copy is made, and a trigger keeps it; 21 fills it; 22 lets the two change names; 23 drops what is the copy then.

create table memory.memory_copy (
    like memory.memory including defaults including constraints including generated including storage,
    -- A key has the columns by which a table is partitioned. This way round a memory is found by what row level security and
    -- a caller say of it.
    constraint memory_parts_pkey primary key (tenant_id, id),
    -- And this way round also those of a conversation that is removed.
    constraint memory_parts_turn unique (conversation_id, turn, tenant_id),
    constraint memory_tenant_id_fkey foreign key (tenant_id) references auth.tenant,
    constraint memory_agent_id_fkey foreign key (agent_id) references memory.agent on delete cascade,
    constraint memory_conversation_id_fkey foreign key (conversation_id) references memory.conversation on delete cascade
) partition by hash (tenant_id);
create index memory_parts_agent on memory.memory_copy (agent_id, id);
create index memory_parts_kind on memory.memory_copy (tenant_id, kind, id) where kind <> 'CONVERSATION';
create index memory_parts_text_search on memory.memory_copy using gin (text_search);
create unique index memory_parts_key on memory.memory_copy (agent_id, key, tenant_id)
    where key is not null and superseded_by is null;
create unique index memory_parts_counted on memory.memory_copy (counted_as, agent_id, kind, conversation_id, tenant_id)
    nulls not distinct where counted_as is not null and superseded_by is null;
create index memory_parts_expiry on memory.memory_copy (expires_at) where expires_at is not null;
alter table memory.memory_copy enable row level security;
create policy tenant on memory.memory_copy using (tenant_id = auth.current_tenant());
-- The application has no rights on the partitions: every way to them is through the table and its policy. Each has a vector index
-- of its own, not one of the table's: so each can be made anew concurrently.
do $$
begin
    for part in 0 .. 7 loop
        execute format('create table memory.memory_p%s partition of memory.memory_copy'
                       ' for values with (modulus 8, remainder %s)', part, part);
        execute format('create index memory_p%1$s_embedding on memory.memory_p%1$s using hnsw'
                       ' ((embedding::public.halfvec(384)) public.halfvec_cosine_ops) with (m = 10, ef_construction = 40)', part);
    end loop;
end
$$;
-- While the clusters have changed the names in turn, a row of the ordinary table is sought in the partitioned one, by its tenant too.
alter table memory.memory replica identity full;

-- What is changed in memory.memory is changed in memory.memory_copy, whichever of the two is the partitioned one. The owner does it:
-- the application sees one table. A row that is not in the copy yet comes with version 21, as it is then. Rows that come by
-- replication fire no trigger: they come for both tables.
create function memory.keep_copy() returns trigger
    language plpgsql security definer set search_path = pg_catalog, pg_temp
    as $$
    begin
        if tg_op = 'INSERT' then
            insert into memory.memory_copy (id, tenant_id, agent_id, conversation_id, kind, turn, speaker, text, said_at, metadata,
                                            embedding, version, created_at, updated_at, key, counted_as, occurrences, expires_at,
                                            valid_from, valid_until, superseded_by)
            values (new.id, new.tenant_id, new.agent_id, new.conversation_id, new.kind, new.turn, new.speaker, new.text,
                    new.said_at, new.metadata, new.embedding, new.version, new.created_at, new.updated_at, new.key,
                    new.counted_as, new.occurrences, new.expires_at, new.valid_from, new.valid_until, new.superseded_by);
        elsif tg_op = 'UPDATE' then
            update memory.memory_copy
            set (id, tenant_id, agent_id, conversation_id, kind, turn, speaker, text, said_at, metadata, embedding, version,
                 created_at, updated_at, key, counted_as, occurrences, expires_at, valid_from, valid_until, superseded_by)
              = (new.id, new.tenant_id, new.agent_id, new.conversation_id, new.kind, new.turn, new.speaker, new.text,
                 new.said_at, new.metadata, new.embedding, new.version, new.created_at, new.updated_at, new.key,
                 new.counted_as, new.occurrences, new.expires_at, new.valid_from, new.valid_until, new.superseded_by)
            where tenant_id = old.tenant_id and id = old.id;
        else
            delete from memory.memory_copy where tenant_id = old.tenant_id and id = old.id;
        end if;
        return null;
    end
    $$;
revoke all on function memory.keep_copy() from public;
create trigger keep_copy after insert or update or delete on memory.memory for each row execute function memory.keep_copy();

-- What has the rows of a tenant: a partition, or memory.memory. PostgreSQL keeps statistics of these alone.
create function memory.part_of(tenant uuid) returns oid
    language sql stable set search_path = pg_catalog, pg_temp
    as $$ select coalesce((select m.tableoid from memory.memory m where m.tenant_id = tenant limit 1),
                          'memory.memory'::regclass) $$;
revoke all on function memory.part_of(uuid) from public;

-- As before, by the statistics of the tenant's rows; and every row is sought with its tenant.
do $$
declare
    edit record;
    before text;
    after  text;
begin
    for edit in
        select * from (values
            ('memory.lexeme_rows(text[])',
             'tablename = ''memory''',
             'tablename = (select p.relname from pg_class p where p.oid = memory.part_of(auth.current_tenant()))'),
            ('memory.lexeme_rows(text[])',
             '''memory.memory''::regclass',
             'memory.part_of(auth.current_tenant())'),
            ('memory.text_candidates(text, text, bigint, uuid, uuid, uuid[], text, uuid[], uuid[], integer, integer)',
             '''memory.memory''::regclass',
             'memory.part_of(tenant)'),
            ('memory.vector_candidates(public.vector, text, bigint, uuid, uuid, uuid[], text, uuid[], integer, integer, integer)',
             'where m.id = any (ids)',
             'where m.tenant_id = tenant and m.id = any (ids)'),
            ('memory.search_candidates(text, public.vector, uuid, text, text, text[], integer, integer)',
             'and m.id = t.id',
             'and m.tenant_id = tenant and m.id = t.id'),
            ('memory.search_candidates(text, public.vector, uuid, text, text, text[], integer, integer, boolean)',
             'and m.id = t.id',
             'and m.tenant_id = tenant and m.id = t.id'),
            -- Entries of the trail name a row by its key without the tenant, which they have in a column of its own.
            ('audit.capture_body(regclass)',
             'i.indisprimary having',
             'i.indisprimary and a.attname <> ''tenant_id'' having'),
            -- And a change is told once.
            ('audit.watch_tables()',
             'and not c.relispartition',
             'and not c.relispartition and c.oid is distinct from to_regclass(''memory.memory_copy'')'))
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
