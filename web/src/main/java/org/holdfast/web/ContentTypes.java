package org.holdfast.web;

import jakarta.servlet.Filter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.annotation.WebFilter;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.ws.rs.core.MediaType;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Refuses a Content-Type header that is no media type: Jersey would answer it without a body before any filter of ours. */
@WebFilter(urlPatterns = "/api/*", asyncSupported = true)
public class ContentTypes implements Filter {
    @Override
    public void doFilter(ServletRequest request, ServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        if (isMediaType(request.getContentType())) {
            chain.doFilter(request, response);
        } else if (response instanceof HttpServletResponse answer) {
            answer.sendError(HttpServletResponse.SC_UNSUPPORTED_MEDIA_TYPE);
        }
    }

    private static boolean isMediaType(@Nullable String header) {
        if (header == null) {
            return true;
        }
        try {
            MediaType.valueOf(header);
            return true;
        } catch (IllegalArgumentException malformed) {
            return false;
        }
    }
}
