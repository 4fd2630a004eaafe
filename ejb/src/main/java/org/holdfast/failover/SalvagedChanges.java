package org.holdfast.failover;

import jakarta.enterprise.context.Dependent;
import jakarta.inject.Inject;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.UUID;
import org.holdfast.connection.ConnectionManager;
import org.holdfast.connection.JdbcWork;
import org.holdfast.json.JsonDocument;
import org.jspecify.annotations.Nullable;

/** The tenant's changes that were salvaged from lost heads. */
@Dependent
public class SalvagedChanges {
    /** A row can be larger than a megabyte, so a number of rows alone bounds no page. */
    private static final int PAGE_CHARACTERS_MAX = 4 << 20;

    private static final int FETCH_ROWS = 20;

    private static final String COLUMNS = """
            select c.id, c.epoch, c.commit_lsn::text, c.committed_at, c.xid, c.ordinal, c.table_name, c.operation,
                   c.key::text, c.row_before::text, c.row_after::text, c.salvaged_at
            from orchestration.salvaged_change c
            where c.id > ?
            """;

    private final ConnectionManager connections;

    @Inject
    SalvagedChanges(ConnectionManager connections) {
        this.connections = connections;
    }

    /**
     * The changes after {@code after}, in the order in which they were salvaged, which is that of their commits: at most
     * {@code max}, and no more than a few megabytes unless a single one is larger.
     *
     * @param epoch the epoch that was lost; without it, every one
     */
    public SalvagePage list(UUID after, OptionalLong epoch, int max) {
        return connections.read(session -> JdbcWork.run(session, connection -> page(connection, after, epoch, max)));
    }

    private static SalvagePage page(Connection connection, UUID after, OptionalLong epoch, int max)
            throws SQLException {
        String sql = COLUMNS + (epoch.isPresent() ? " and c.epoch = ?" : "") + " order by c.id limit ?";
        try (PreparedStatement select = connection.prepareStatement(sql)) {
            int parameter = 1;
            select.setObject(parameter++, after);
            if (epoch.isPresent()) {
                select.setLong(parameter++, epoch.getAsLong());
            }
            // One more than to answer tells whether there are more.
            select.setInt(parameter, max + 1);
            select.setFetchSize(FETCH_ROWS);
            return read(select, max);
        }
    }

    private static SalvagePage read(PreparedStatement select, int max) throws SQLException {
        List<SalvageView> items = new ArrayList<>();
        long characters = 0;
        try (ResultSet row = select.executeQuery()) {
            while (row.next()) {
                SalvageView view = view(row);
                characters += length(view.key()) + length(view.before()) + length(view.after());
                if (items.size() == max || (!items.isEmpty() && characters > PAGE_CHARACTERS_MAX)) {
                    return new SalvagePage(items, true);
                }
                items.add(view);
            }
        }
        return new SalvagePage(items, false);
    }

    private static long length(@Nullable JsonDocument document) {
        return document == null ? 0 : document.text().length();
    }

    private static SalvageView view(ResultSet row) throws SQLException {
        return new SalvageView(
                row.getObject(1, UUID.class),
                row.getLong(2),
                row.getString(3),
                time(row, 4),
                row.getLong(5),
                row.getInt(6),
                row.getString(7),
                row.getString(8),
                document(row, 9),
                document(row, 10),
                document(row, 11),
                time(row, 12));
    }

    private static @Nullable JsonDocument document(ResultSet row, int column) throws SQLException {
        String text = row.getString(column);
        return text == null ? null : new JsonDocument(text);
    }

    private static Instant time(ResultSet row, int column) throws SQLException {
        return row.getObject(column, OffsetDateTime.class).toInstant();
    }
}
