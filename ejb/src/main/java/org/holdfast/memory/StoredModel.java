package org.holdfast.memory;

import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Optional;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.holdfast.connection.ConnectionManager;
import org.holdfast.connection.ErrorCategory;
import org.holdfast.connection.RefusedException;
import org.holdfast.connection.SessionOptions;
import org.holdfast.migration.SchemaReady;

/**
 * Which model made the vectors that are stored. The first instance that starts writes it down; one that is configured otherwise
 * embeds nothing, because vectors of two models cannot be compared. Thread-safe.
 */
@Singleton
class StoredModel {
    private static final Logger LOG = Logger.getLogger(StoredModel.class.getName());
    private static final String SELECT = "select name from memory.embedding_model";
    // Before this was written down there were models in the process alone.
    private static final String INSERT = "insert into memory.embedding_model (name)"
            + " values (case when memory.has_memories() then ? else ? end) on conflict do nothing";

    private final ConnectionManager connections;
    private final String configured;
    private final String before;
    private volatile String obstacle = "";

    @Inject
    StoredModel(ConnectionManager connections, MemoryConfig config) {
        this.connections = connections;
        this.configured = EmbeddingModels.name(config);
        this.before = config.endpoint().isPresent() ? EmbeddingModels.OWN : configured;
    }

    void compare(@Observes SchemaReady ready) {
        String stored = connections.write(SessionOptions.anonymous(), session -> JdbcWork.run(session, this::written));
        if (stored.equals(configured)) {
            obstacle = "";
            return;
        }
        obstacle = "the stored vectors are of the model '" + stored + "', and the configured one is '" + configured
                + "': vectors of two models cannot be compared, so nothing is embedded; configure '" + stored
                + "' again (docs/memories.md tells more)";
        LOG.log(Level.SEVERE, obstacle);
    }

    private String written(Connection connection) throws SQLException {
        Optional<String> known = stored(connection);
        if (known.isPresent()) {
            return known.get();
        }
        try (PreparedStatement insert = connection.prepareStatement(INSERT)) {
            insert.setString(1, before);
            insert.setString(2, configured);
            insert.executeUpdate();
        }
        return stored(connection).orElseThrow();
    }

    private static Optional<String> stored(Connection connection) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement(SELECT);
                ResultSet row = select.executeQuery()) {
            return row.next() ? Optional.of(row.getString(1)) : Optional.empty();
        }
    }

    String configured() {
        return configured;
    }

    /** Why nothing is embedded, for people; empty when nothing is in the way. */
    String obstacle() {
        return obstacle;
    }

    /** @throws RefusedException (conflict) when the stored vectors are of another model */
    void requireConfigured() {
        String why = obstacle;
        if (!why.isEmpty()) {
            throw new RefusedException(ErrorCategory.CONFLICT, why);
        }
    }
}
