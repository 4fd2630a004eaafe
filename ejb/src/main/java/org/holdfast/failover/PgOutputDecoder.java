package org.holdfast.failover;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.holdfast.failover.SalvagedChange.Operation;
import org.holdfast.topology.LogPosition;
import org.jspecify.annotations.Nullable;

/**
 * Reads the messages of pgoutput, protocol version 1, with values in text format, in the order in which the server sends
 * them. Holds one transaction and the descriptions of the tables. After an exception it is of no further use. Not
 * thread-safe.
 */
final class PgOutputDecoder {
    private record Begun(LogPosition commit, Instant committedAt, long xid, List<SalvagedChange> changes) {}

    private final Map<Integer, PgOutputRelation> relations = new HashMap<>();
    private @Nullable Begun begun;

    /**
     * Takes the next message.
     *
     * @return the transaction that ends with it, if one does
     * @throws PgOutputException when it is cut off, unknown, or may not come here
     */
    Optional<SalvagedTransaction> accept(byte[] bytes) {
        PgOutputMessage message = new PgOutputMessage(bytes);
        Optional<SalvagedTransaction> ended = Optional.empty();
        switch (message.type()) {
            case 'B' -> begin(message);
            case 'C' -> ended = Optional.of(commit(message));
            case 'O' -> origin(message);
            case 'R' -> relation(message);
            case 'Y' -> type(message);
            case 'I' -> insert(message);
            case 'U' -> update(message);
            case 'D' -> delete(message);
            case 'T' -> truncate(message);
            case 'M' -> logical(message);
            default -> throw message.bad("there is no such message in protocol version 1");
        }
        message.end();
        return ended;
    }

    /** Checks that no transaction has begun without its end. */
    void end() {
        if (begun != null) {
            throw new PgOutputException("the messages end inside transaction " + begun.xid());
        }
    }

    private void begin(PgOutputMessage message) {
        if (begun != null) {
            throw message.bad("transaction " + begun.xid() + " has not ended yet");
        }
        LogPosition commit = message.position("position of the commit");
        Instant committedAt = message.time("time of the commit");
        begun = new Begun(commit, committedAt, message.unsigned32("transaction"), new ArrayList<>());
    }

    private SalvagedTransaction commit(PgOutputMessage message) {
        Begun transaction = transaction(message);
        message.int8("flags");
        LogPosition commit = message.position("position of the commit");
        LogPosition end = message.position("end of the commit");
        Instant committedAt = message.time("time of the commit");
        if (!commit.equals(transaction.commit())) {
            throw message.bad("it commits at " + commit + ", but transaction " + transaction.xid() + " began as one of "
                    + transaction.commit());
        }
        begun = null;
        return new SalvagedTransaction(transaction.xid(), commit, end, committedAt, transaction.changes());
    }

    // Where else the transaction came from changes nothing about what it did.
    private void origin(PgOutputMessage message) {
        transaction(message);
        message.position("position at the origin");
        message.name("name of the origin");
    }

    // Tables are described where they are first used; pages bring the descriptions of earlier pages along,
    // outside of transactions.
    private void relation(PgOutputMessage message) {
        int id = message.int32("id of the table");
        String schema = message.name("schema");
        String table = message.name("table");
        message.letter("replica identity");
        int count = message.count("number of columns");
        List<SalvagedColumn> columns = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            boolean isKey = (message.int8("flags of column " + i) & 1) != 0;
            String name = message.name("name of column " + i);
            int typeId = message.int32("type of column " + name);
            message.int32("type modifier of column " + name);
            columns.add(new SalvagedColumn(name, typeId, isKey));
        }
        // The name is empty for the system's own schema.
        relations.put(id, new PgOutputRelation(schema.isEmpty() ? "pg_catalog" : schema, table, columns));
    }

    // Values stay texts: the name of their type is of no use.
    private static void type(PgOutputMessage message) {
        message.int32("id of the type");
        message.name("schema of the type");
        message.name("name of the type");
    }

    private void insert(PgOutputMessage message) {
        Begun transaction = transaction(message);
        PgOutputRelation relation = relationOf(message);
        tupleKind(message, message.letter("kind of row"), 'N');
        SalvagedRow row = row(message, relation);
        add(transaction, relation, Operation.INSERT, row.key(), Optional.empty(), Optional.of(row));
    }

    private void update(PgOutputMessage message) {
        Begun transaction = transaction(message);
        PgOutputRelation relation = relationOf(message);
        char kind = message.letter("kind of row");
        Optional<SalvagedRow> old = Optional.empty();
        boolean isWhole = kind == 'O';
        if (kind == 'K' || isWhole) {
            old = Optional.of(row(message, relation));
            kind = message.letter("kind of row");
        }
        tupleKind(message, kind, 'N');
        SalvagedRow row = row(message, relation);
        Optional<SalvagedRow> before = isWhole ? old : Optional.empty();
        add(transaction, relation, Operation.UPDATE, old.orElse(row).key(), before, Optional.of(row));
    }

    private void delete(PgOutputMessage message) {
        Begun transaction = transaction(message);
        PgOutputRelation relation = relationOf(message);
        char kind = message.letter("kind of row");
        boolean isWhole = kind == 'O';
        if (!isWhole) {
            tupleKind(message, kind, 'K');
        }
        SalvagedRow old = row(message, relation);
        Optional<SalvagedRow> before = isWhole ? Optional.of(old) : Optional.empty();
        add(transaction, relation, Operation.DELETE, old.key(), before, Optional.empty());
    }

    private void truncate(PgOutputMessage message) {
        Begun transaction = transaction(message);
        int count = message.int32("number of tables");
        message.int8("options");
        for (int i = 0; i < count; i++) {
            Optional<SalvagedRow> none = Optional.empty();
            add(transaction, relationOf(message), Operation.TRUNCATE, none, none, none);
        }
    }

    // Written by hand with pg_logical_emit_message: no row was changed. It may come outside of transactions.
    private static void logical(PgOutputMessage message) {
        message.int8("flags");
        message.position("position");
        message.name("prefix");
        message.text("content");
    }

    private static void add(
            Begun transaction,
            PgOutputRelation relation,
            Operation operation,
            Optional<SalvagedRow> key,
            Optional<SalvagedRow> before,
            Optional<SalvagedRow> after) {
        transaction
                .changes()
                .add(new SalvagedChange(relation.schema(), relation.table(), operation, key, before, after));
    }

    private static SalvagedRow row(PgOutputMessage message, PgOutputRelation relation) {
        int count = message.count("number of values");
        if (count != relation.columns().size()) {
            throw message.bad(count + " values for the " + relation.columns().size() + " columns of "
                    + relation.schema() + "." + relation.table());
        }
        List<SalvagedValue> values = new ArrayList<>(count);
        for (SalvagedColumn column : relation.columns()) {
            char kind = message.letter("kind of " + column.name());
            switch (kind) {
                case 'n' -> values.add(new SalvagedValue(column, null));
                case 't' -> values.add(new SalvagedValue(column, message.text("value of " + column.name())));
                case 'u' -> {} // a large value that stayed as it was, and was not sent
                default -> throw message.bad("'" + kind + "' is no kind of value in text format");
            }
        }
        return new SalvagedRow(values);
    }

    private static void tupleKind(PgOutputMessage message, char kind, char wanted) {
        if (kind != wanted) {
            throw message.bad("'" + kind + "' is no kind of row here, '" + wanted + "' is");
        }
    }

    private PgOutputRelation relationOf(PgOutputMessage message) {
        int id = message.int32("id of the table");
        PgOutputRelation relation = relations.get(id);
        if (relation == null) {
            throw message.bad("table " + Integer.toUnsignedString(id) + " was not described");
        }
        return relation;
    }

    private Begun transaction(PgOutputMessage message) {
        if (begun == null) {
            throw message.bad("no transaction has begun");
        }
        return begun;
    }
}
