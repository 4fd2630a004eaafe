package org.holdfast.connection;

import jakarta.persistence.EntityManager;
import jakarta.persistence.PersistenceException;
import java.sql.Connection;
import java.sql.SQLException;

/** Work on the connection of a session, for statements that take arrays or vectors. */
public interface JdbcWork<T> {
    T on(Connection connection) throws SQLException;

    /** Runs work in the session's own transaction. A failure keeps its SQLSTATE as cause. */
    static <T> T run(EntityManager session, JdbcWork<T> work) {
        try {
            return work.on(session.unwrap(Connection.class));
        } catch (SQLException failure) {
            throw new PersistenceException(failure);
        }
    }
}
