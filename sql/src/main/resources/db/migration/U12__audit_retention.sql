-- Chains of which months were detached cannot be verified any more: what they began after is forgotten. The months stay in
-- audit_detached.
drop function audit.left_behind();
drop function audit.detach(date);
drop function audit.bases(date);
drop function audit.outlived(integer);
drop function audit.make_month(date);
drop function audit.months();
drop function audit.month_name(date);
drop table audit.base, audit.detached_month;
