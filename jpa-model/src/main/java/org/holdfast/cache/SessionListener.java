package org.holdfast.cache;

import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.eclipse.persistence.descriptors.ClassDescriptor;
import org.eclipse.persistence.internal.sessions.AbstractSession;
import org.eclipse.persistence.internal.sessions.UnitOfWorkChangeSet;
import org.eclipse.persistence.internal.sessions.UnitOfWorkImpl;
import org.eclipse.persistence.queries.DataModifyQuery;
import org.eclipse.persistence.queries.DatabaseQuery;
import org.eclipse.persistence.queries.ReadObjectQuery;
import org.eclipse.persistence.queries.StoredProcedureCall;
import org.eclipse.persistence.sessions.SessionEvent;
import org.eclipse.persistence.sessions.SessionEventAdapter;
import org.jspecify.annotations.Nullable;

/** Hears of every query and of the end of every transaction. Thread-safe. */
final class SessionListener extends SessionEventAdapter {
    /** A statement that names all it changes: anything else may change everything. */
    private static final Pattern PLAIN_CHANGE = Pattern.compile(
            "\\s*(?:insert\\s+into|update(?:\\s+only)?|delete\\s+from(?:\\s+only)?)\\s+([\\w.\"]+).*",
            Pattern.CASE_INSENSITIVE | Pattern.DOTALL);

    private static final Pattern WORD = Pattern.compile("\\w+");

    private final CacheUnit unit;
    private final CacheInstallation installation;

    SessionListener(CacheUnit unit, CacheInstallation installation) {
        this.unit = unit;
        this.installation = installation;
    }

    @Override
    public void postLogin(SessionEvent event) {
        if (event.getSession() == unit.session()) {
            installation.complete();
            unit.start();
        }
    }

    @Override
    public void postLogout(SessionEvent event) {
        if (event.getSession() == unit.session()) {
            unit.close();
        }
    }

    @Override
    public void preExecuteQuery(SessionEvent event) {
        ReadScope scope = unit.enter();
        if (!(event.getSession() instanceof UnitOfWorkImpl)) {
            scope.enterShared();
        }
        DatabaseQuery query = event.getQuery();
        if (query instanceof ReadObjectQuery read) {
            Object primaryKey = read.getSelectionId();
            if (primaryKey != null) {
                AbstractSession session = (AbstractSession) event.getSession();
                ClassDescriptor descriptor = session.getDescriptor(read.getReferenceClass());
                ReadThrough reading = descriptor == null ? null : installation.reading(descriptor);
                if (reading != null) {
                    read.setDescriptor(descriptor);
                    reading.before(read, primaryKey, session);
                }
            }
        } else if (event.getSession() instanceof UnitOfWorkImpl work) {
            changing(query, work);
        }
    }

    @Override
    public void postExecuteQuery(SessionEvent event) {
        ReadScope scope = unit.scope();
        if (scope != null && !(event.getSession() instanceof UnitOfWorkImpl)) {
            scope.leaveShared();
        }
        unit.leave();
    }

    private void changing(DatabaseQuery query, UnitOfWorkImpl work) {
        if (query.isModifyAllQuery()) {
            Changes changes = Changes.of(unit, work);
            installation.touchedBy(query.getReferenceClass()).forEach(changes::region);
        } else if (query.isUserDefined() && query instanceof DataModifyQuery) {
            Changes changes = Changes.of(unit, work);
            changedBy(query.getSQLString()).forEach(changes::region);
        } else if (query.isCallQuery() && query.getDatasourceCall() instanceof StoredProcedureCall) {
            Changes changes = Changes.of(unit, work);
            unit.regions().forEach(changes::region);
        }
    }

    private Iterable<Region> changedBy(@Nullable String sql) {
        if (sql == null || !PLAIN_CHANGE.matcher(sql).matches()) {
            return unit.regions();
        }
        Map<String, Set<Region>> tables = installation.tables();
        return WORD.matcher(sql.toLowerCase(Locale.ROOT))
                .results()
                .flatMap(word -> tables.getOrDefault(word.group(), Set.of()).stream())
                .distinct()
                .toList();
    }

    @Override
    public void prepareUnitOfWork(SessionEvent event) {
        if (event.getSession() instanceof UnitOfWorkImpl work) {
            Changes.existing(work).ifPresent(changes -> {
                if (work.getUnitOfWorkChangeSet() instanceof UnitOfWorkChangeSet changeSet) {
                    unit.merges(changeSet, changes);
                }
            });
        }
    }

    // Once in each transaction that has a connection, also under JTA and when nothing was flushed after a bulk change.
    @Override
    public void preCommitTransaction(SessionEvent event) {
        if (event.getSession() instanceof AbstractSession session) {
            unit.changesIn(session).ifPresent(changes -> changes.prepare(session));
        }
    }

    @Override
    public void preMergeUnitOfWorkChangeSet(SessionEvent event) {
        unit.beginMerge(event.getProperty("UnitOfWorkChangeSet"));
    }

    @Override
    public void postMergeUnitOfWorkChangeSet(SessionEvent event) {
        unit.endMerge();
    }

    // The data is committed: an error here would be told as a failed commit.
    @Override
    @SuppressWarnings("CatchingUnchecked")
    public void postCommitUnitOfWork(SessionEvent event) {
        if (event.getSession() instanceof UnitOfWorkImpl work) {
            try {
                Changes.take(work).ifPresent(Changes::committed);
            } catch (RuntimeException failure) {
                CacheUnit.LOG.log(System.Logger.Level.WARNING, unit.name() + ": after a commit", failure);
            }
        }
    }

    @Override
    public void postReleaseUnitOfWork(SessionEvent event) {
        if (event.getSession() instanceof UnitOfWorkImpl work) {
            Changes.take(work).ifPresent(Changes::abandoned);
        }
    }
}
