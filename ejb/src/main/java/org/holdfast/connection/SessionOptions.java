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
 */
public record SessionOptions(
        Optional<UUID> tenant,
        String actor,
        Consistency consistency,
        Optional<ConsistencyToken> token,
        Durability durability) {

    /** Work of the application itself, for a tenant. */
    public static SessionOptions system(UUID tenant) {
        return new SessionOptions(
                Optional.of(tenant), "system", Consistency.session, Optional.empty(), Durability.local);
    }

    /** The same with another consistency. */
    SessionOptions with(Consistency other) {
        return new SessionOptions(tenant, actor, other, token, durability);
    }

    /** The same for a caller who names this write. */
    SessionOptions with(ConsistencyToken written) {
        return new SessionOptions(tenant, actor, consistency, Optional.of(written), durability);
    }

    /** Work for a caller whose tenant is not known yet. */
    public static SessionOptions anonymous() {
        return new SessionOptions(
                Optional.empty(), "anonymous", Consistency.session, Optional.empty(), Durability.local);
    }
}
