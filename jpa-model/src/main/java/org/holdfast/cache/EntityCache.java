package org.holdfast.cache;

import jakarta.persistence.EntityManager;
import jakarta.persistence.EntityManagerFactory;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Optional;
import org.eclipse.persistence.descriptors.CMPPolicy;
import org.eclipse.persistence.descriptors.ClassDescriptor;
import org.eclipse.persistence.internal.sessions.UnitOfWorkImpl;
import org.eclipse.persistence.sessions.Session;
import org.eclipse.persistence.sessions.UnitOfWork;
import org.eclipse.persistence.sessions.server.ServerSession;
import org.holdfast.cache.guard.Versions;

/**
 * What an application can ask of the cache of a persistence unit. {@code jakarta.persistence.Cache} reaches this process
 * alone; these methods reach every process and Redis. All do nothing for entities that are not cached, and none fails
 * because of Redis. Thread-safe.
 */
public final class EntityCache {
    private final CacheUnit unit;

    private EntityCache(CacheUnit unit) {
        this.unit = unit;
    }

    /** The cache of a persistence unit; empty when it has none. */
    public static Optional<EntityCache> of(EntityManagerFactory factory) {
        return find(factory.unwrap(ServerSession.class));
    }

    /** The cache of an EntityManager's persistence unit; empty when it has none. */
    public static Optional<EntityCache> of(EntityManager entities) {
        return find(entities.unwrap(ServerSession.class));
    }

    private static Optional<EntityCache> find(Session session) {
        return CacheUnit.of(session).map(EntityCache::new);
    }

    /** Nobody uses what is cached of this entity now, in the calling thread's partition. */
    public void evict(Class<?> type, Object id) {
        ClassDescriptor descriptor = unit.session().getDescriptor(type);
        Region.of(descriptor)
                .ifPresent(region -> region.partition()
                        .ifPresentOrElse(
                                partition -> unit.evict(new RowKey(region, partition, primaryKey(descriptor, id))),
                                () -> unit.evict(region)));
    }

    /** Nobody uses what is cached of this class now, in any partition. */
    public void evict(Class<?> type) {
        Region.of(unit.session().getDescriptor(type)).ifPresent(unit::evict);
    }

    /**
     * Nobody uses what is cached of the entity of this name now, in any partition.
     *
     * @return false when there is no such entity
     */
    public boolean evict(String entity) {
        Optional<Region> region = unit.region(entity);
        region.ifPresent(unit::evict);
        return region.isPresent();
    }

    /** Nobody uses anything that is cached now. */
    public void evictAll() {
        unit.regions().forEach(unit::evict);
    }

    /**
     * The current transaction has changed this entity by other means than the EntityManager, or is about to. From now on the
     * transaction reads it from the database, and from its commit on everybody does. What the EntityManager holds already
     * is not refreshed.
     */
    public void changedOutside(EntityManager entities, Class<?> type, Object id) {
        UnitOfWorkImpl work = writing(entities);
        ClassDescriptor descriptor = unit.session().getDescriptor(type);
        Region.of(descriptor)
                .ifPresent(region ->
                        Changes.of(unit, work).row(region, primaryKey(descriptor, id), Versions.ABOVE_ALL, false));
    }

    /** As {@link #changedOutside(EntityManager, Class, Object)}, for any entities of a class. */
    public void changedOutside(EntityManager entities, Class<?> type) {
        UnitOfWorkImpl work = writing(entities);
        Region.of(unit.session().getDescriptor(type))
                .ifPresent(region -> Changes.of(unit, work).region(region));
    }

    // From its first write on, EclipseLink reads past the shared cache.
    static UnitOfWorkImpl writing(EntityManager entities) {
        UnitOfWorkImpl work = (UnitOfWorkImpl) entities.unwrap(UnitOfWork.class);
        if (!work.wasTransactionBegunPrematurely()) {
            work.beginEarlyTransaction();
            // Otherwise a later unwrap(Connection.class) finds a transaction, and under JTA no connection yet.
            work.getAccessor().incrementCallCount(work.getParent());
            work.getAccessor().decrementCallCount();
        }
        return work;
    }

    private Object primaryKey(ClassDescriptor descriptor, Object id) {
        CMPPolicy policy = descriptor.getCMPPolicy();
        return policy == null ? id : policy.createPrimaryKeyFromId(id, unit.session());
    }

    /**
     * The calling thread's work has ended, in whatever way: what it was reading counts for nobody. A query that ends with an
     * {@link Error} leaves something behind, which the thread's next work must not take for its own.
     */
    public void leave() {
        unit.abandon();
    }

    /**
     * Hears from the database what others changed without being able to tell Redis, or at another site. To be called several
     * times a second, in each instance, when there is an outbox: without it the cache is not used. Waits for the
     * database as long as the connection does, and for Redis for a second at most.
     *
     * @param writer to the node that takes the writes now, in auto-commit mode; it stays open
     * @param history the one that this node is in, as {@link CacheContext#epoch} names it
     * @return whether everything was heard that was committed before the call; false too when there is no outbox
     */
    public boolean pollOutbox(Connection writer, String history) throws SQLException {
        Optional<OutboxLink> outbox = unit.outbox();
        return outbox.isPresent() && outbox.get().poll(writer, history);
    }

    /** What happened so far. */
    public CacheSnapshot snapshot() {
        return unit.snapshot();
    }
}
