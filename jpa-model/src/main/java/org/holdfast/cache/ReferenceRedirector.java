package org.holdfast.cache;

import org.eclipse.persistence.internal.sessions.AbstractRecord;
import org.eclipse.persistence.internal.sessions.AbstractSession;
import org.eclipse.persistence.mappings.OneToOneMapping;
import org.eclipse.persistence.queries.DatabaseQuery;
import org.eclipse.persistence.queries.QueryRedirector;
import org.eclipse.persistence.queries.ReadObjectQuery;
import org.eclipse.persistence.sessions.DataRecord;
import org.eclipse.persistence.sessions.Session;
import org.jspecify.annotations.Nullable;

/** Reads the target of a reference through the cache, by the foreign key in the row that refers to it. Thread-safe. */
final class ReferenceRedirector implements QueryRedirector {
    private static final long serialVersionUID = 1;

    private final transient OneToOneMapping mapping;
    private final transient ReadThrough reading;
    private final transient CacheUnit unit;

    ReferenceRedirector(OneToOneMapping mapping, ReadThrough reading, CacheUnit unit) {
        this.mapping = mapping;
        this.reading = reading;
        this.unit = unit;
    }

    @Override
    public @Nullable Object invokeQuery(DatabaseQuery query, DataRecord arguments, Session session) {
        AbstractSession executing = (AbstractSession) session;
        AbstractRecord row = (AbstractRecord) arguments;
        unit.enter();
        try {
            Object primaryKey = mapping.extractPrimaryKeysForReferenceObjectFromRow(row);
            if (query instanceof ReadObjectQuery read && primaryKey != null) {
                reading.before(read, primaryKey, executing);
            }
            return executing.executeQuery(query, row);
        } finally {
            unit.leave();
        }
    }
}
