drop function memory.search_candidates(text, public.vector, uuid, text, text, text[], integer, integer);
drop function memory.vector_candidates(
    public.vector, text, bigint, uuid, uuid, uuid[], text, uuid[], integer, integer, integer);
drop function memory.text_candidates(
    text, text, bigint, uuid, uuid, uuid[], text, uuid[], uuid[], integer, integer);
drop function memory.any_of(text[]);
drop function memory.lexeme_rows(text[]);
drop function memory.scope_condition(uuid, uuid[], text, uuid[]);
drop index memory.memory_text_search;
drop index memory.memory_embedding;
