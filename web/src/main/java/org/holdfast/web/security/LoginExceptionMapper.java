package org.holdfast.web.security;

import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.ext.ExceptionMapper;
import jakarta.ws.rs.ext.Provider;
import org.holdfast.security.LoginException;
import org.holdfast.web.ProblemAnswer;
import org.holdfast.web.ProblemException;

/** Answers a caller who was not recognised. */
@Provider
public class LoginExceptionMapper implements ExceptionMapper<LoginException> {
    @Override
    public Response toResponse(LoginException refused) {
        int status = switch (refused.reason()) {
            case REFUSED -> 401;
            case THROTTLED -> 429;
            case BUSY -> 503;
        };
        return ProblemAnswer.of(
                ProblemException.of(status, String.valueOf(refused.getMessage()), refused.retryAfter()));
    }
}
