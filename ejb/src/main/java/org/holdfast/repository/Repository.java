package org.holdfast.repository;

import jakarta.persistence.EntityManager;
import jakarta.persistence.LockModeType;
import jakarta.persistence.TypedQuery;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.holdfast.cache.QueryTag;

/**
 * The entities of one class in one session. Reads look into the cache first; what it lacks comes from the session's node, and
 * is kept. Writes go to the session's node, and are told to the cache before they commit. Confined to the session's thread.
 */
public final class Repository<E> {
    private final EntityManager session;
    private final Class<E> type;
    private final RepositoryFactory factory;

    Repository(EntityManager session, Class<E> type, RepositoryFactory factory) {
        this.session = session;
        this.type = type;
        this.factory = factory;
    }

    public Optional<E> find(UUID id) {
        return Optional.ofNullable(session.find(type, id));
    }

    /**
     * As it is in the database now, to be changed by this session alone. Locked first: a caller whose version is stale is told so,
     * and is not refused later for a change that came between.
     */
    public Optional<E> locked(UUID id) {
        return Optional.ofNullable(session.find(type, id, LockModeType.PESSIMISTIC_WRITE));
    }

    /**
     * Stores it.
     *
     * @param parts those that lists depend on and it belongs to
     */
    public void add(E entity, QueryTag... parts) {
        factory.changed(session, parts);
        session.persist(entity);
    }

    public void remove(E entity) {
        session.remove(entity);
    }

    /**
     * A list.
     *
     * @param tag all that it depends on
     * @param max how many to find at most
     * @param parameters of the query, in their order
     */
    public List<E> list(Listing<E> listing, QueryTag tag, int max, Object... parameters) {
        List<Object> all = new ArrayList<>(List.of(parameters));
        all.add(max);
        return factory.results(session, listing.query(), all, tag, () -> {
            TypedQuery<E> query = session.createQuery(listing.jpql(), type).setMaxResults(max);
            for (int each = 0; each < parameters.length; each++) {
                query.setParameter(each + 1, parameters[each]);
            }
            return query.getResultList();
        });
    }
}
