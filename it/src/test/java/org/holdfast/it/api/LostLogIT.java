package org.holdfast.it.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.sql.SQLException;
import java.time.Duration;
import org.holdfast.it.RunningSystem;
import org.holdfast.launcher.NodeName;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A standby whose slot, or that of a table's first copy, has lost its log or is gone cannot go on from where it was: it is copied anew. */
class LostLogIT {
    private static final Duration WITHIN = Duration.ofMinutes(2);
    // Each is of 16 MB, whatever is in it.
    private static final int SEGMENTS = 6;
    private static final String STATUS_OF_SLOT =
            "select wal_status from pg_replication_slots where slot_name = 'holdfast'";
    private static final String LOST_COPIES =
            "select (count(*) > 0)::text from pg_replication_slots where slot_name like 'pg\\_%\\_sync\\_%' and wal_status = 'lost'";
    private static final String COPY_WAITS =
            "select (count(*) > 0)::text from pg_stat_activity where wait_event = 'PgSleep' and backend_type = 'logical replication worker'";

    private final RunningSystem system = RunningSystem.get();
    private final Databases databases = new Databases();

    @BeforeEach
    void startWhole() {
        databases.restore();
    }

    @AfterEach
    void keepLogAgain() {
        keepLog("reset max_slot_wal_keep_size");
        databases.restore();
    }

    private void keepLog(String setting) {
        databases.execute(NodeName.PRIMARY, "alter system " + setting);
        databases.execute(NodeName.PRIMARY, "select pg_reload_conf()");
    }

    // More than is kept, which is little for as long as it takes: the copies that follow shall not lose anything.
    private void writeMuchLog() {
        keepLog("set max_slot_wal_keep_size = '1MB'");
        databases.awaitAnswer(NodeName.PRIMARY, "show max_slot_wal_keep_size", "1MB");
        databases.execute(NodeName.PRIMARY, "create table public.much_log ()");
        for (int segment = 0; segment < SEGMENTS; segment++) {
            databases.execute(NodeName.PRIMARY, "insert into public.much_log default values");
            databases.execute(NodeName.PRIMARY, "select pg_switch_wal()");
        }
        databases.execute(NodeName.PRIMARY, "drop table public.much_log");
        databases.execute(NodeName.PRIMARY, "checkpoint");
        keepLog("reset max_slot_wal_keep_size");
    }

    private void loseLogOfTheSlot() {
        system.kill("failover");
        databases.awaitState("failover", "down");
        writeMuchLog();
        assertThat(databases.query(NodeName.PRIMARY, STATUS_OF_SLOT)).containsExactly("lost");
    }

    private void followsWithEveryRow() throws SQLException {
        databases.awaitWhole();
        databases.insertATenant(NodeName.PRIMARY);
        databases.awaitSame();
    }

    @Test
    void aStandbyThatWasAwayForTooLongIsCopiedAnew() throws SQLException {
        loseLogOfTheSlot();

        system.start("failover");

        followsWithEveryRow();
        assertThat(databases.query(NodeName.PRIMARY, STATUS_OF_SLOT))
                .doesNotContain("lost")
                .hasSize(1);
    }

    @Test
    void aStandbyWhoseSlotIsGoneIsCopiedAnew() throws SQLException {
        system.kill("failover");
        databases.awaitState("failover", "down");
        databases.execute(NodeName.PRIMARY, "select pg_drop_replication_slot('holdfast')");

        system.start("failover");

        followsWithEveryRow();
    }

    // A table's copy ends with its slot dropped at the writer, and then says so at the standby: as if the writer had
    // been killed between the two.
    @Test
    void aFirstCopyWhoseSlotIsGoneIsBegunAnew() throws SQLException {
        databases.execute(
                NodeName.FAILOVER,
                "insert into pg_replication_origin (roident, roname) select max(o.roident)::bigint + 1, max(format('pg_%s_%s', r.srsubid, r.srrelid))"
                        + " from pg_replication_origin o, pg_subscription_rel r where r.srrelid = 'auth.tenant'::regclass");
        databases.execute(
                NodeName.FAILOVER,
                "update pg_subscription_rel set srsubstate = 'f' where srrelid = 'auth.tenant'::regclass");
        databases.awaitUnknownLag("failover");

        followsWithEveryRow();
    }

    @Test
    void aFirstCopyThatTookTooLongIsBegunAnew() throws SQLException {
        // A row of this table waits for the test, in the copy too.
        databases.execute(NodeName.FAILOVER, "create table public.gate ()");
        databases.execute(NodeName.FAILOVER, "insert into public.gate default values");
        databases.execute(
                NodeName.FAILOVER,
                "create function public.wait_at_gate() returns trigger language plpgsql security definer as"
                        + " 'begin while exists (select from public.gate) loop perform pg_sleep(0.05); end loop; return new; end'");
        databases.execute(
                NodeName.FAILOVER,
                "create trigger wait_at_gate before insert on auth.tenant for each row execute function public.wait_at_gate()");
        databases.execute(NodeName.FAILOVER, "alter table auth.tenant enable always trigger wait_at_gate");
        try {
            loseLogOfTheSlot();
            system.start("failover");
            await().atMost(WITHIN)
                    .ignoreExceptions()
                    .untilAsserted(() -> assertThat(databases.query(NodeName.FAILOVER, COPY_WAITS))
                            .containsExactly("true"));

            writeMuchLog();

            assertThat(databases.query(NodeName.PRIMARY, LOST_COPIES)).containsExactly("true");
        } finally {
            system.start("failover");
            databases.execute(NodeName.FAILOVER, "delete from public.gate");
            databases.execute(NodeName.FAILOVER, "drop function public.wait_at_gate() cascade");
            databases.execute(NodeName.FAILOVER, "drop table public.gate");
        }
        followsWithEveryRow();
    }
}
