package org.holdfast.web;

import jakarta.annotation.Priority;
import jakarta.inject.Inject;
import jakarta.ws.rs.Priorities;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerRequestFilter;
import jakarta.ws.rs.container.ContainerResponseContext;
import jakarta.ws.rs.container.ContainerResponseFilter;
import jakarta.ws.rs.core.UriInfo;
import jakarta.ws.rs.ext.Provider;
import java.util.regex.Pattern;
import org.holdfast.idempotency.IdempotentRequest;

/** Takes the key under which a request writes, and tells the caller when the answer is that of an earlier request. */
@Provider
@Priority(Priorities.USER)
public class IdempotencyHeaders implements ContainerRequestFilter, ContainerResponseFilter {
    private static final String HEADER = "Idempotency-Key";
    private static final Pattern KEY = Pattern.compile("[\\x21-\\x7E](?:[\\x20-\\x7E]{0,198}[\\x21-\\x7E])?");

    @Inject
    IdempotentRequest writes;

    @Override
    public void filter(ContainerRequestContext request) {
        String header = request.getHeaderString(HEADER);
        if (header == null) {
            return;
        }
        String key = header.strip();
        if (!KEY.matcher(key).matches()) {
            throw ProblemException.badRequest(HEADER + " must be 1 to 200 printable ASCII characters");
        }
        HashedBody body = new HashedBody(request.getEntityStream(), subject(request));
        request.setEntityStream(body);
        // Resources read the whole body before they write; one that reads none does not depend on it.
        writes.identify(key, body::hash);
    }

    @Override
    public void filter(ContainerRequestContext request, ContainerResponseContext response) {
        // A batch may fail after its first chunks were given again: that failure is new.
        if (request.getHeaderString(HEADER) != null && response.getStatus() < 400 && writes.isReplayed()) {
            response.getHeaders().putSingle("Idempotency-Replayed", "true");
        }
    }

    // As sent, and below the root: instances may be mounted at different roots.
    private static String subject(ContainerRequestContext request) {
        UriInfo address = request.getUriInfo();
        String query = address.getRequestUri().getRawQuery();
        return request.getMethod() + " " + address.getPath(false) + (query == null ? "" : "?" + query);
    }
}
