-- holdfast: data table=memory.memory key=id chunk=1000
-- Of vectors that more than ten rows have: the first row of the chunk stands for the others from now on, unless one does already, and
-- those of the chunk leave the index until ten are left there. Not while there are two tables (versions 20 to 23).
update memory.memory u
set graph = case when p.is_first and not p.is_stood_for then 1 else 2 end
from (select c.tenant_id, c.id, row_number() over (partition by c.tenant_id, c.key order by c.id) = 1 as is_first,
             exists (select from memory.memory s
                     where s.tenant_id = c.tenant_id and memory.vector_key(s.embedding) = c.key and s.graph = 1) as is_stood_for,
             (select count(*) from (select from memory.memory s
                                    where s.tenant_id = c.tenant_id and memory.vector_key(s.embedding) = c.key and s.graph < 2
                                    limit 11) b) > 10 as is_many
      from (select m.tenant_id, m.id, memory.vector_key(m.embedding) as key from memory.memory m
            where m.id > :after and m.id <= :upto and m.graph = 0 and m.embedding is not null
                  and to_regclass('memory.memory_copy') is null
            order by m.id for no key update) c) p
where u.tenant_id = p.tenant_id and u.id = p.id and p.is_many
