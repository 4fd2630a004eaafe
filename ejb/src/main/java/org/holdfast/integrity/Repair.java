package org.holdfast.integrity;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import org.holdfast.jdbc.Database;
import org.jspecify.annotations.Nullable;

/**
 * Makes rows of the standby as the writer's, each in a transaction of its own, as the apply worker does: no ordinary trigger
 * and no foreign key fires there. The writer is only read. For one thread.
 */
final class Repair {
    private static final int TRIES_MAX = 5;
    private static final String INSUFFICIENT_PRIVILEGE = "42501";
    private static final String CONSTRAINT = "23";
    private static final String SETTINGS = "set local lock_timeout = '2s'; set local statement_timeout = '15s';"
            + " set local timezone = 'UTC'; set local datestyle = 'ISO'; set local intervalstyle = 'postgres';"
            + " set local session_replication_role = 'replica'";
    // A head that takes writes is no standby any more, and one that follows nobody would keep what is written here to
    // itself.
    private static final String FOLLOWS = """
            select not exists (select from ops.write_lease where expires_at > clock_timestamp())
                   and exists (select from pg_subscription where subname = 'holdfast' and subenabled)
            """;

    private final HeadPair heads;
    private final IntegrityWatch watch;

    Repair(HeadPair heads, IntegrityWatch watch) {
        this.heads = heads;
        this.watch = watch;
    }

    /**
     * Makes a row of the standby as the writer has it now, or takes it away when it has none.
     *
     * @return whether it is so; not when the writer changed the row each time, or another row of the standby is in the way
     * @throws IntegrityException when the role may not
     */
    boolean row(TableShape shape, RowKey key) throws SQLException {
        for (int tries = 0; tries < TRIES_MAX; tries++) {
            watch.requireGoesOn();
            try {
                // Rolled back when the writer has changed it meanwhile: once more then, with what it has now.
                if (heads.standby().inTransaction(standby -> attempt(standby, shape, key))) {
                    return true;
                }
            } catch (SQLException failure) {
                if (INSUFFICIENT_PRIVILEGE.equals(failure.getSQLState())) {
                    throw new IntegrityException(heads.standbyName()
                            + ": the schema's owner may not set session_replication_role; run roles.sql there again");
                }
                if (String.valueOf(failure.getSQLState()).startsWith(CONSTRAINT)) {
                    // Another row of the standby that should not be there has the same unique values; it comes later.
                    return false;
                }
                throw failure;
            }
        }
        return false;
    }

    // The row is locked here before the writer is looked at last: what the writer commits after that look comes to this
    // head
    // after it, and waits for this transaction; what it committed before is seen by the look.
    private boolean attempt(Connection standby, TableShape shape, RowKey key) throws SQLException {
        Database.script(standby, SETTINGS);
        if (!Database.isTrue(standby, FOLLOWS)) {
            throw new IntegrityInterruptedException(heads.standbyName() + " does not follow the writer any more");
        }
        List<@Nullable String> wanted = writersRow(shape, key);
        shape.delete(standby, key);
        if (!wanted.isEmpty()) {
            shape.insert(standby, wanted);
        }
        boolean isSame = writersRow(shape, key).equals(wanted);
        if (!isSame) {
            standby.rollback();
        }
        return isSame;
    }

    private List<@Nullable String> writersRow(TableShape shape, RowKey key) throws SQLException {
        return TableShape.briefly(heads.writer(), connection -> shape.values(connection, key));
    }
}
