drop function ops.is_confirmed_lost(bigint);
drop table ops.lost_writer;
