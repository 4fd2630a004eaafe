package org.holdfast.web;

import jakarta.ws.rs.QueryParam;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The query parameters of a list. Belongs to one request. They are not described for OpenAPI: the server fails over such an
 * annotation on a field.
 */
public class Paging {
    private static final int LIMIT_DEFAULT = 50;
    private static final int LIMIT_MAX = 500;

    @QueryParam("limit")
    @Nullable
    String limit;

    @QueryParam("cursor")
    @Nullable
    String cursor;

    /** For JAX-RS. */
    public Paging() {}

    Paging(@Nullable String limit, @Nullable String cursor) {
        this.limit = limit;
        this.cursor = cursor;
    }

    /** How many entries to answer at most. */
    public int limit() {
        return Parameters.number("limit", limit, LIMIT_DEFAULT, LIMIT_MAX);
    }

    /** How many entries to read: one more than to answer, because it tells whether there is a next page. */
    public int read() {
        return limit() + 1;
    }

    /** Where the page begins, for lists with cursors of their own; empty at the beginning. */
    public Optional<String> cursor() {
        return Optional.ofNullable(cursor);
    }

    /** The key after which the page begins, in a list ordered by key. */
    public UUID afterId() {
        return cursor == null ? Cursor.beforeAll() : Cursor.id(cursor);
    }

    /** The number at which the page begins, in a list numbered from 0. */
    public int fromNumber() {
        return cursor == null ? 0 : Math.addExact(Math.min(Cursor.number(cursor), Integer.MAX_VALUE - 1), 1);
    }

    /** The number before which the page begins, in a list numbered downwards. */
    public int beforeNumber() {
        return cursor == null ? Integer.MAX_VALUE : Cursor.number(cursor);
    }
}
