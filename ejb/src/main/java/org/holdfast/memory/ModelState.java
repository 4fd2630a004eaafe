package org.holdfast.memory;

import java.util.Optional;
import java.util.UUID;

/**
 * Which model the stored vectors are of, as one row says it. While a model takes the place of another one, tenants get their new vectors
 * one after the other, in the order of their keys. Pure.
 *
 * @param name the model; while it is being changed, that of tenants whose turn is still to come
 * @param next the model that takes its place; empty while none does
 * @param at the tenant whose turn it is; empty while the next model's vectors are only being made, and lie beside
 */
record ModelState(String name, Optional<String> next, Optional<UUID> at) {
    ModelState {
        if (at.isPresent() && next.isEmpty()) {
            throw new IllegalArgumentException("a tenant has its turn, but no model takes the place of " + name);
        }
    }

    /** Of which model a tenant's texts are embedded, to be stored or to be looked for. */
    String modelOf(UUID tenant) {
        return at.isPresent() && order(tenant, at.get()) <= 0 ? next.orElseThrow() : name;
    }

    /** Whether some of the tenant's vectors are of one model and some of the other: nothing is to be looked for among them. */
    boolean isMixed(UUID tenant) {
        return at.filter(tenant::equals).isPresent();
    }

    boolean isChanging() {
        return next.isPresent();
    }

    // As PostgreSQL orders them; UUID.compareTo takes their halves for signed numbers.
    private static int order(UUID one, UUID other) {
        int high = Long.compareUnsigned(one.getMostSignificantBits(), other.getMostSignificantBits());
        return high != 0 ? high : Long.compareUnsigned(one.getLeastSignificantBits(), other.getLeastSignificantBits());
    }
}
