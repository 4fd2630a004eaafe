package org.holdfast.migration;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;

/**
 * What a data version does with the rows of a chunk where SQL alone cannot: a bean of this type does the work of the files that
 * say {@code java=} its name. The runner walks the table, and calls it within the transaction of the chunk and its checkpoint.
 * That transaction may be undone and done again, so that a step changes nothing but rows, and those over the connection it is
 * given. Not called by two threads at once in one instance.
 */
public interface JavaChunk {
    /** As files say it: letters, digits, dots, hyphens and underscores. Not the name of another bean. */
    String name();

    /**
     * Changes the rows that have these keys. They are locked, so that what is read here is still so when it is written.
     *
     * @param connection of the schema's owner to the writer; the transaction is the runner's, who refuses commits, rollbacks to
     *     its beginning, and a close
     * @param keys as texts in the database's own form, in their order, never none; {@code key = any (?::uuid[])} takes them
     * @throws SQLException as it comes: a deadlock, a lock that was not free or a lost connection make the chunk be done again
     */
    void migrate(Connection connection, List<String> keys) throws SQLException;
}
