package org.holdfast.web;

import jakarta.annotation.Priority;
import jakarta.ws.rs.Priorities;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerRequestFilter;
import jakarta.ws.rs.container.PreMatching;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.ext.Provider;

/**
 * Refuses bodies that are too large: at once when their length is declared, and else when they have become too large, before
 * more of them is kept.
 */
@Provider
@PreMatching
@Priority(Priorities.HEADER_DECORATOR)
public class BodyLimit implements ContainerRequestFilter {
    static final long JSON_BYTES_MAX = 1 << 20;
    static final long LINES_BYTES_MAX = 64 << 20;

    @Override
    public void filter(ContainerRequestContext request) {
        long bytesMax = bytesMax(request.getMediaType());
        if (request.getLength() > bytesMax) {
            throw CountedBody.tooLarge(bytesMax);
        }
        request.setEntityStream(new CountedBody(request.getEntityStream(), bytesMax));
    }

    // Only a list of lines, which is read line by line, may be long.
    private static long bytesMax(MediaType type) {
        return type != null && type.getSubtype().equalsIgnoreCase("x-ndjson") ? LINES_BYTES_MAX : JSON_BYTES_MAX;
    }
}
