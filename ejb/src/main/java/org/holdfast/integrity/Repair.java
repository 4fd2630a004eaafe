package org.holdfast.integrity;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.holdfast.jdbc.Database;
import org.holdfast.job.JobInterruptedException;
import org.holdfast.job.JobWatch;
import org.jspecify.annotations.Nullable;

/**
 * Makes rows of the standby as the writer's, each in a transaction of its own, as the apply worker does: no ordinary trigger
 * and no foreign key fires there. The writer is only read. For one thread.
 */
final class Repair {
    private static final String INSUFFICIENT_PRIVILEGE = "42501";
    private static final String CONSTRAINT = "23";
    private static final String SETTINGS = "set local lock_timeout = '2s'; set local statement_timeout = '15s';"
            + " set local timezone = 'UTC'; set local datestyle = 'ISO'; set local intervalstyle = 'postgres';"
            + " set local session_replication_role = 'replica'";
    // A head that takes writes is no standby any more, and one that follows nobody would keep what is written
    // here to itself.
    private static final String FOLLOWS = """
            select not exists (select from ops.write_lease where expires_at > clock_timestamp())
                   and exists (select from pg_subscription where subname = 'holdfast' and subenabled)
            """;

    private final HeadPair heads;
    private final JobWatch watch;

    Repair(HeadPair heads, JobWatch watch) {
        this.heads = heads;
        this.watch = watch;
    }

    /**
     * Makes a row of the standby as the writer has it, or takes it away when the writer has none.
     *
     * @param ofWriter as the writer had it when it was certain that the standby, which had taken that in, differs
     * @return whether it is so; not when the writer has changed it since, or another row of the standby is in the way
     * @throws IntegrityException when the role may not
     */
    boolean row(TableShape shape, RowKey key, Optional<RowState> ofWriter) throws SQLException {
        watch.requireGoesOn();
        try {
            return heads.standby().inTransaction(standby -> attempt(standby, shape, key, ofWriter));
        } catch (SQLException failure) {
            String state = String.valueOf(failure.getSQLState());
            if (state.equals(INSUFFICIENT_PRIVILEGE)) {
                throw new IntegrityException(heads.standbyName()
                        + ": the schema's owner may not set session_replication_role; run roles.sql there again");
            }
            if (state.startsWith(CONSTRAINT)) {
                // Another row of the standby that should not be there has the same unique values.
                return false;
            }
            throw failure;
        }
    }

    // The row is locked here before the writer is looked at last: what the writer commits after that look is applied
    // after it, and waits for this transaction. Nothing before it is still to be applied, because the version is the
    // one that had been taken in: an insert that comes when the row is there already would end the replication.
    private boolean attempt(Connection standby, TableShape shape, RowKey key, Optional<RowState> ofWriter)
            throws SQLException {
        Database.script(standby, SETTINGS);
        if (!Database.isTrue(standby, FOLLOWS)) {
            throw new JobInterruptedException(heads.standbyName() + " does not follow the writer any more");
        }
        List<@Nullable String> values = TableShape.briefly(heads.writer(), connection -> shape.values(connection, key));
        shape.delete(standby, key);
        if (!values.isEmpty()) {
            shape.insert(standby, values);
        }
        Map<RowKey, RowState> now =
                TableShape.briefly(heads.writer(), connection -> shape.rows(connection, List.of(key)));
        boolean isUnchanged = Optional.ofNullable(now.get(key)).equals(ofWriter);
        if (!isUnchanged) {
            standby.rollback();
        }
        return isUnchanged;
    }
}
