do $body$
declare
    latter constant text := 'speaker_weight constant double precision := 2;';
    definition constant text := pg_get_functiondef(
        'memory.text_candidates(text, text, bigint, uuid, uuid, uuid[], text, uuid[], uuid[], integer, integer)'::regprocedure);
begin
    if strpos(definition, latter) = 0 then
        raise exception 'memory.text_candidates is not the one of version 21.4: it lacks "%"', latter;
    end if;
    execute replace(definition, latter, 'speaker_weight constant double precision := 3;');
end
$body$;
