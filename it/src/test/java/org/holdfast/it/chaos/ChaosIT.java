package org.holdfast.it.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.holdfast.it.RunningSystem;
import org.holdfast.it.api.Databases;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Goal: promises are kept while nodes are killed, stopped and restarted. Method: clients under load, faults with a fixed
 * seed, everything healed, a checker over the recorded history. Invariants: no acknowledged write is lost; no value comes
 * from nowhere; sessions read their own writes and never go back; strong reads and writes are linearizable; every node holds
 * the same in the end. More seeds, more faults, more instances: {@code ./holdfast chaos}.
 */
class ChaosIT {
    private static final Duration LENGTH = Duration.ofSeconds(12);
    private static final System.Logger LOG = System.getLogger(ChaosIT.class.getName());

    private final ChaosSystem system =
            new ChaosSystem(RunningSystem.get().topology(), 1, Links.none(), Disks.none(), Clocks.none());

    @AfterEach
    void heal() {
        system.heal();
    }

    // Other tests of the same system begin with the primary as the writer.
    @AfterAll
    static void restore() {
        new Databases().restore();
    }

    @ParameterizedTest
    @CsvSource({
        "11, kill-replica pause-replica restart-replica",
        "12, kill-standby pause-standby kill-standby-cluster",
        "13, kill-writer restart-writer pause-writer",
        // An application takes long to start: this plan kills it once, while it ends an epoch.
        "21, switch-writer deadlock kill-application-in-switch"
    })
    void promisesAreKept(long seed, String faults) {
        List<FaultKind> kinds =
                Arrays.stream(faults.split(" ", -1)).map(FaultKind::named).toList();

        ChaosReport report = new ChaosRun(system, line -> LOG.log(System.Logger.Level.INFO, line))
                .run(seed, Plan.of(seed, LENGTH, kinds));

        LOG.log(System.Logger.Level.INFO, report.line());
        assertThat(report.violations()).as(report.line()).isEmpty();
    }
}
