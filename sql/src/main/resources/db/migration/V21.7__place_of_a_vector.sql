-- holdfast: expand transaction=none
-- Where the vector of a memory is to be found (docs/adr/0026-copies-beside-the-graph.md): 0 in the vector index; 1 there as well, and
-- it stands for rows with the same vector that are not; 2 beside the index, among those of the same vector.
alter table memory.memory add column if not exists graph smallint not null default 0;
do $$
begin
    if to_regclass('memory.memory_copy') is not null then
        alter table memory.memory_copy add column if not exists graph smallint not null default 0;
    end if;
end
$$;
-- Equal for equal vectors, and for all that anybody will ever see only for these.
create or replace function memory.vector_key(embedding public.vector) returns uuid
    language sql immutable strict parallel safe
    return md5(public.vector_send(embedding))::uuid;
create index concurrently memory_p0_vector on memory.memory_p0 (tenant_id, memory.vector_key(embedding), graph, agent_id);
create index concurrently memory_p1_vector on memory.memory_p1 (tenant_id, memory.vector_key(embedding), graph, agent_id);
create index concurrently memory_p2_vector on memory.memory_p2 (tenant_id, memory.vector_key(embedding), graph, agent_id);
create index concurrently memory_p3_vector on memory.memory_p3 (tenant_id, memory.vector_key(embedding), graph, agent_id);
create index concurrently memory_p4_vector on memory.memory_p4 (tenant_id, memory.vector_key(embedding), graph, agent_id);
create index concurrently memory_p5_vector on memory.memory_p5 (tenant_id, memory.vector_key(embedding), graph, agent_id);
create index concurrently memory_p6_vector on memory.memory_p6 (tenant_id, memory.vector_key(embedding), graph, agent_id);
create index concurrently memory_p7_vector on memory.memory_p7 (tenant_id, memory.vector_key(embedding), graph, agent_id);
