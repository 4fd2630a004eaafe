drop table orchestration.salvaged_change;
