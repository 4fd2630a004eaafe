drop function orchestration.forget_idempotent_work(interval, integer);
drop table orchestration.idempotent_work;
