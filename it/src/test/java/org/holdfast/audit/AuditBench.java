package org.holdfast.audit;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.holdfast.migration.TwoClusters;

/**
 * What the audit trail costs: a changed row its entry, an entry its seal, a trail its verification. On two clusters of its own
 * with the schema that comes with the application, one following the other.
 */
final class AuditBench {
    private static final int ENTRIES = 1_000_000;

    private AuditBench() {}

    /** Argument: how many entries are sealed and verified, from 1,000. */
    public static void main(String[] arguments) throws SQLException, IOException, InterruptedException {
        int entries = arguments.length == 0 ? ENTRIES : Integer.parseInt(arguments[0]);
        if (entries < 1_000) {
            throw new IllegalArgumentException(entries + " entries are not enough to measure; at least 1000");
        }
        Logger.getLogger("").setLevel(Level.WARNING);
        PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        TwoClusters clusters = TwoClusters.start("holdfast-audit-bench");
        clusters.makeReady();
        new TriggerCost(clusters, out).measure();
        new TrailSpeed(clusters, out, entries).measure();
        System.exit(0);
    }
}
