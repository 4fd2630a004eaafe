drop table ops.cache_outbox;
