package org.holdfast.cache.stress;

/** One hot row. */
public record Row(String entity, long id) {
    @Override
    public String toString() {
        return entity + " " + id;
    }
}
