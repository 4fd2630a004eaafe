package org.holdfast.cache;

import java.util.Base64;
import org.eclipse.persistence.internal.identitymaps.CacheId;
import org.holdfast.cache.row.UncodableValueException;
import org.holdfast.cache.row.ValueReader;
import org.holdfast.cache.row.ValueWriter;

/**
 * A row of a region: the owner's partition and the primary key as EclipseLink holds it.
 *
 * @param partition empty for entities that have none
 */
record RowKey(Region region, String partition, Object primaryKey) {
    /** The key's part in the name of a Redis key. */
    String text() {
        if (primaryKey instanceof Number || primaryKey instanceof java.util.UUID) {
            return primaryKey.toString();
        }
        return "~" + Base64.getUrlEncoder().withoutPadding().encodeToString(bytes());
    }

    /**
     * The primary key as bytes.
     *
     * @throws UncodableValueException when a part of it is of a type that cannot be kept
     */
    byte[] bytes() {
        Object value = primaryKey instanceof CacheId composite ? composite.getPrimaryKey() : primaryKey;
        return new ValueWriter(false).value(value).toByteArray();
    }

    /** What {@link #bytes} wrote. */
    static Object primaryKey(byte[] bytes) {
        Object value = new ValueReader(bytes, 0).value();
        if (value instanceof Object[] parts) {
            return new CacheId(parts);
        }
        if (value == null) {
            throw new IllegalArgumentException("a message without primary key");
        }
        return value;
    }
}
