drop function memory.turns_to_rank(text, public.vector, uuid, text, text, text[], integer, integer);
drop function memory.turn_candidates(text, text, bigint, uuid, uuid, uuid[], text, uuid[], uuid[], integer, integer);
