-- holdfast: expand
-- A speaker's name weighs twice what a word of the text does, no longer three times: where more than two people talk, who is asked
-- about is often not who says it (docs/benchmarks.md). One constant of a function: all else of it stays as it is.
do $body$
declare
    former constant text := 'speaker_weight constant double precision := 3;';
    definition constant text := pg_get_functiondef(
        'memory.text_candidates(text, text, bigint, uuid, uuid, uuid[], text, uuid[], uuid[], integer, integer)'::regprocedure);
begin
    if strpos(definition, former) = 0 then
        raise exception 'memory.text_candidates is not the one of version 21.1: it lacks "%"', former;
    end if;
    execute replace(definition, former, 'speaker_weight constant double precision := 2;');
end
$body$;
