drop function ops.make_sample_months(integer), ops.drop_sample_months(integer);
drop table ops.node_sample;
