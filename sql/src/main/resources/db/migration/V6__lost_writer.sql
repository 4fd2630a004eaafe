-- An operator's word that the writer of an epoch is lost. It is kept by the head that is to take over, so that it counts for
-- every instance, and only for a minute, so that it is not taken for the next loss in the same epoch.
create table ops.lost_writer (
    epoch        bigint primary key,
    confirmed_at timestamptz not null
);

create function ops.is_confirmed_lost(p_epoch bigint) returns boolean
    language sql volatile
    as $$
        select exists (select from ops.lost_writer l
                       where l.epoch = p_epoch and l.confirmed_at > clock_timestamp() - interval '1 minute')
    $$;
revoke all on function ops.is_confirmed_lost(bigint) from public;
