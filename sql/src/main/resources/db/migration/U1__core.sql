-- holdfast: offline
-- Everything: the tables in the order of their references, then what they use.
drop table orchestration.run_step, orchestration.run;
drop table memory.memory_revision, memory.memory_tag, memory.memory, memory.tag, memory.message, memory.conversation,
    memory.agent;
drop function auth.account_by_username(text);
drop function auth.session_by_family(bytea);
drop table auth.login_session, auth.user_preferences, auth.user_role, auth.user_account, auth.tenant;
drop function auth.current_tenant();
drop table ops.cluster_switch;
drop schema ops;
drop schema orchestration;
drop schema memory;
drop schema auth;
