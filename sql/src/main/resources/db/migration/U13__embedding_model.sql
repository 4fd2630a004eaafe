-- What was not made in the process is taken for the built-in model's by the first start after this version is applied again.
drop function memory.has_memories();
drop table memory.embedding_model;
