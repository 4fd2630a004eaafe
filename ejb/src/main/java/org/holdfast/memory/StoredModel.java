package org.holdfast.memory;

import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import jakarta.persistence.EntityManager;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.holdfast.connection.ConnectionManager;
import org.holdfast.connection.ErrorCategory;
import org.holdfast.connection.JdbcWork;
import org.holdfast.connection.RefusedException;
import org.holdfast.connection.SessionException;
import org.holdfast.connection.SessionOptions;
import org.holdfast.jdbc.Database;
import org.holdfast.migration.SchemaReady;
import org.holdfast.settings.VectorSettings;
import org.jspecify.annotations.Nullable;

/**
 * Which model made the vectors that are stored. The first instance that starts writes it down. What this instance has seen of it last may
 * be old: each session that stores a vector, or compares one, looks again, so that nobody has to be told of a change. Thread-safe.
 */
@Singleton
class StoredModel {
    private static final Logger LOG = Logger.getLogger(StoredModel.class.getName());
    /** The question whose answer {@link #require(ResultSet, UUID, String)} reads. */
    static final String SELECT = "select m.name, m.next_name, m.at_tenant from memory.embedding_model m";

    private static final String HOLD = "select h.name, h.next_name, h.at_tenant from memory.hold_embedding_model() h";
    // Before this was written down there were models in the process alone.
    private static final String INSERT = "insert into memory.embedding_model (name)"
            + " values (case when memory.has_memories() then ? else ? end) on conflict do nothing";

    private static final String DIMENSIONS = "select a.atttypmod from pg_attribute a"
            + " where a.attrelid = 'memory.memory'::regclass and a.attname = 'embedding'";

    private final ConnectionManager connections;
    private final int dimensions;
    private final List<String> known;
    private final String configured;
    private final String before;
    private volatile @Nullable ModelState seen;
    // Of the schema, which never changes it; 0 while it is not known.
    private volatile int storedDimensions;
    private volatile String told = "";

    @Inject
    StoredModel(ConnectionManager connections, MemoryConfig config) {
        this.connections = connections;
        this.configured = config.model().name();
        this.dimensions = config.model().dimensions();
        this.known = config.models().stream().map(ModelConfig::name).toList();
        this.before = config.model().endpoint().isPresent() ? ModelConfig.OWN : configured;
    }

    void compare(@Observes SchemaReady ready) {
        try {
            refreshed();
        } catch (SessionException failure) {
            // A moment without a writer. Nothing is embedded before it is known: whoever wants to asks again.
            LOG.log(Level.WARNING, failure, () -> "of which model the stored vectors are is not known yet");
        }
    }

    /**
     * As it was seen last. Asked for where nothing was seen, or a model that is not configured here: it may have changed.
     *
     * @throws SessionException when nothing was seen before, and no database tells it
     */
    ModelState state() {
        ModelState last = seen;
        return last != null && known.contains(last.name()) ? last : refreshed();
    }

    /** As it is now, on a node that reads. */
    ModelState refreshed() {
        Optional<ModelState> found =
                connections.read(SessionOptions.anonymous(), session -> JdbcWork.run(session, this::readAll));
        return learned(found.orElseGet(
                () -> connections.write(SessionOptions.anonymous(), session -> JdbcWork.run(session, this::written))));
    }

    /** As it is now, where the writes are. */
    ModelState ofTheWriter() {
        return learned(connections.write(SessionOptions.anonymous(), session -> JdbcWork.run(session, this::written)));
    }

    /**
     * Within a session that stores a vector of a tenant: lets nobody change the model until it ends.
     *
     * @throws ModelChangedException when the tenant's model is another one now
     */
    void hold(EntityManager session, UUID tenant, String model) {
        ModelState now = JdbcWork.run(session, connection -> there(one(connection, HOLD), model));
        require(now, tenant, model);
    }

    /**
     * Within a session that compares vectors of a tenant: tells whether a change is under way.
     *
     * @throws ModelChangedException when the tenant's model is another one on this node, or some of its vectors are
     */
    boolean require(Connection connection, UUID tenant, String model) throws SQLException {
        return require(read(connection), tenant, model);
    }

    /** The same of what was asked already, by {@link #SELECT}. */
    boolean require(ResultSet answer, UUID tenant, String model) throws SQLException {
        return require(one(answer), tenant, model);
    }

    private boolean require(Optional<ModelState> found, UUID tenant, String model) {
        ModelState now = there(found, model);
        require(now, tenant, model);
        if (now.isMixed(tenant)) {
            throw new ModelChangedException(model, now.name() + " and " + model);
        }
        return now.isChanging();
    }

    // A replica may lack the row of the first start for a moment.
    private ModelState there(Optional<ModelState> found, String model) {
        return found.orElseThrow(() -> {
            seen = null;
            return new ModelChangedException(model, "none that this node knows");
        });
    }

    private void require(ModelState now, UUID tenant, String model) {
        learned(now);
        if (!now.modelOf(tenant).equals(model)) {
            throw new ModelChangedException(model, now.modelOf(tenant));
        }
    }

    private ModelState learned(ModelState now) {
        seen = now;
        String obstacle = obstacle(now);
        if (!obstacle.isEmpty() && !obstacle.equals(told)) {
            LOG.log(Level.SEVERE, obstacle);
        }
        told = obstacle;
        return now;
    }

    private ModelState written(Connection connection) throws SQLException {
        Optional<ModelState> there = read(connection);
        if (there.isPresent()) {
            return there.get();
        }
        try (PreparedStatement insert = connection.prepareStatement(INSERT)) {
            insert.setString(1, before);
            insert.setString(2, configured);
            insert.executeUpdate();
        }
        return read(connection).orElseThrow();
    }

    private Optional<ModelState> readAll(Connection connection) throws SQLException {
        storedDimensions =
                Database.first(connection, row -> row.getInt(1), DIMENSIONS).orElse(0);
        return read(connection);
    }

    private static Optional<ModelState> read(Connection connection) throws SQLException {
        return one(connection, SELECT);
    }

    private static Optional<ModelState> one(Connection connection, String question) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement(question);
                ResultSet row = select.executeQuery()) {
            return one(row);
        }
    }

    private static Optional<ModelState> one(ResultSet row) throws SQLException {
        return row.next()
                ? Optional.of(new ModelState(
                        row.getString(1),
                        Optional.ofNullable(row.getString(2)),
                        Optional.ofNullable(row.getObject(3, UUID.class))))
                : Optional.empty();
    }

    /** The model that embeds, or would. */
    String name() {
        ModelState last = seen;
        return last != null && known.contains(last.name()) ? last.name() : configured;
    }

    /** Why nothing is embedded, for people; empty when nothing is in the way. */
    String obstacle() {
        ModelState last = seen;
        return last == null ? "of which model the stored vectors are is not known yet" : obstacle(last);
    }

    private String obstacle(ModelState now) {
        if (hasOtherDimensions()) {
            return otherDimensions();
        }
        if (!known.contains(now.name())) {
            return obstacle(now.name());
        }
        return now.next()
                .filter(next -> !known.contains(next))
                .map(next -> "the memories are getting vectors of the model '" + next
                        + "', which is not configured here: when they have them, nothing is embedded here")
                .orElse("");
    }

    private boolean hasOtherDimensions() {
        return storedDimensions != 0 && storedDimensions != dimensions;
    }

    private String otherDimensions() {
        return "the vectors of these databases have " + storedDimensions + " numbers, and " + VectorSettings.KEY
                + " is " + dimensions
                + ": nothing is embedded; it is chosen when the databases are new and cannot be changed";
    }

    private String obstacle(String model) {
        return "the stored vectors are of the model '" + model + "', and the configured one is '"
                + String.join("' or '", known)
                + "': vectors of two models cannot be compared, so nothing is embedded; configure '" + model
                + "' again, or embed the memories anew (docs/memories.md tells how)";
    }

    /** @throws RefusedException (conflict) when the model is not one that embeds here, or its vectors do not fit */
    void requireConfigured(String model) {
        if (hasOtherDimensions()) {
            throw new RefusedException(ErrorCategory.CONFLICT, otherDimensions());
        }
        if (!known.contains(model)) {
            throw new RefusedException(ErrorCategory.CONFLICT, obstacle(model));
        }
    }
}
