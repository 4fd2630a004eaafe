package org.holdfast.connection;

import java.util.Optional;
import java.util.UUID;

/**
 * What one session asks for.
 *
 * @param tenant whose rows it sees; empty for the few functions that work before a tenant is known
 * @param actor who is at work, for the record
 * @param consistency how fresh its reads must be
 * @param token the newest write its reads must show, where the caller named one
 * @param durability where its writes must be safe
 * @param origin where it comes from, for the record
 */
public record SessionOptions(
        Optional<UUID> tenant,
        String actor,
        Consistency consistency,
        Optional<ConsistencyToken> token,
        Durability durability,
        Origin origin) {

    /** Work of the application itself. */
    public SessionOptions(
            Optional<UUID> tenant,
            String actor,
            Consistency consistency,
            Optional<ConsistencyToken> token,
            Durability durability) {
        this(tenant, actor, consistency, token, durability, Origin.system());
    }

    /** Work of the application itself, for a tenant. */
    public static SessionOptions system(UUID tenant) {
        return new SessionOptions(
                Optional.of(tenant), "system", Consistency.session, Optional.empty(), Durability.local);
    }

    /** The same with another consistency. */
    SessionOptions with(Consistency other) {
        return new SessionOptions(tenant, actor, other, token, durability, origin);
    }

    /** The same for a caller who names this write. */
    SessionOptions with(ConsistencyToken written) {
        return new SessionOptions(tenant, actor, consistency, Optional.of(written), durability, origin);
    }

    /** Work for a caller whose tenant is not known yet. */
    public static SessionOptions anonymous() {
        return new SessionOptions(
                Optional.empty(), "anonymous", Consistency.session, Optional.empty(), Durability.local);
    }

    /** The same for another tenant and actor, whose request it is. */
    public SessionOptions of(UUID other, String who) {
        return new SessionOptions(Optional.of(other), who, consistency, token, durability, origin);
    }

    /** The same from elsewhere. */
    public SessionOptions from(Origin other) {
        return new SessionOptions(tenant, actor, consistency, token, durability, other);
    }
}
