drop table orchestration.data_migration;
