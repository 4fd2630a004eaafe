drop table ops.query_plan;
