-- holdfast: contract transaction=none
-- The ordinary table again, as the copy of the partitioned one; the runner replicates it before it goes on with U22. Each
-- statement is a transaction, so that nobody waits for more than the rows that he wants to change.
create or replace function memory.keep_copy() returns trigger
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
do $$
declare
    shared uuid;
begin
    -- Where the key is the id alone, one of two rows would be lost.
    select m.id into shared from memory.memory m group by m.id having count(*) > 1 limit 1;
    if shared is not null then
        raise exception 'two tenants have a memory %: one of the two must be removed first', shared;
    end if;
    if to_regclass('memory.memory_copy') is not null then
        return; -- an attempt before this one
    end if;
    create table memory.memory_copy (
        like memory.memory including defaults including constraints including generated including storage,
        constraint memory_pkey primary key (id),
        constraint memory_conversation_id_turn_key unique (conversation_id, turn),
        constraint memory_tenant_id_fkey foreign key (tenant_id) references auth.tenant,
        constraint memory_agent_id_fkey foreign key (agent_id) references memory.agent on delete cascade,
        constraint memory_conversation_id_fkey foreign key (conversation_id) references memory.conversation on delete cascade
    );
    create index memory_tenant on memory.memory_copy (tenant_id, id);
    create index memory_agent on memory.memory_copy (agent_id, id);
    create index memory_kind on memory.memory_copy (tenant_id, kind, id) where kind <> 'CONVERSATION';
    create index memory_embedding on memory.memory_copy
        using hnsw ((embedding::public.halfvec(384)) public.halfvec_cosine_ops) with (m = 10, ef_construction = 40);
    create index memory_text_search on memory.memory_copy using gin (text_search);
    create unique index memory_key on memory.memory_copy (agent_id, key, tenant_id)
        where key is not null and superseded_by is null;
    create unique index memory_counted on memory.memory_copy (counted_as, agent_id, kind, conversation_id, tenant_id)
        nulls not distinct where counted_as is not null and superseded_by is null;
    create index memory_expiry on memory.memory_copy (expires_at) where expires_at is not null;
    alter table memory.memory_copy replica identity full;
    alter table memory.memory_copy enable row level security;
    create policy tenant on memory.memory_copy using (tenant_id = auth.current_tenant());
    create trigger keep_copy after insert or update or delete on memory.memory
        for each row execute function memory.keep_copy();
end
$$;
-- The cluster that follows gets the rows by replication.
do $$
begin
    if not exists (select from pg_subscription where subname = 'holdfast') then
        -- For rows, which keep nobody from others; a moment as for tables would be up before so many are done.
        perform set_config('lock_timeout', '10s', true);
        insert into memory.memory_copy (id, tenant_id, agent_id, conversation_id, kind, turn, speaker, text, said_at, metadata,
                                        embedding, version, created_at, updated_at, key, counted_as, occurrences, expires_at,
                                        valid_from, valid_until, superseded_by)
        select m.id, m.tenant_id, m.agent_id, m.conversation_id, m.kind, m.turn, m.speaker, m.text, m.said_at, m.metadata,
               m.embedding, m.version, m.created_at, m.updated_at, m.key, m.counted_as, m.occurrences, m.expires_at,
               m.valid_from, m.valid_until, m.superseded_by
        from (select * from memory.memory order by tenant_id, id for no key update) m
        on conflict do nothing;
    end if;
end
$$;
