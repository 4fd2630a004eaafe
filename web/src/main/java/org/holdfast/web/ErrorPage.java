package org.holdfast.web;

import jakarta.servlet.DispatcherType;
import jakarta.servlet.RequestDispatcher;
import jakarta.servlet.annotation.WebServlet;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/**
 * Answers what fails before or outside the resources, such as a token that the server's own check refuses: a problem document
 * under {@code /api}, a line of text elsewhere, and never the server's page.
 */
@WebServlet(name = "error", urlPatterns = "/error", asyncSupported = true)
public class ErrorPage extends HttpServlet {
    private static final long serialVersionUID = 1L;

    @Override
    protected void service(HttpServletRequest request, HttpServletResponse response) throws IOException {
        boolean isError = request.getDispatcherType() == DispatcherType.ERROR;
        int status = isError && request.getAttribute(RequestDispatcher.ERROR_STATUS_CODE) instanceof Integer code
                ? code
                : HttpServletResponse.SC_NOT_FOUND;
        String uri = isError && request.getAttribute(RequestDispatcher.ERROR_REQUEST_URI) instanceof String failed
                ? failed
                : request.getRequestURI();
        response.setStatus(status);
        if (status == HttpServletResponse.SC_UNAUTHORIZED) {
            response.setHeader("WWW-Authenticate", "Bearer");
        }
        if (ApiPath.includes(request.getContextPath(), uri)) {
            response.setContentType(ProblemAnswer.MEDIA_TYPE);
            StrictJson.write(Problems.ofStatus(status), response.getOutputStream());
        } else {
            response.setContentType("text/plain;charset=UTF-8");
            response.getOutputStream()
                    .write((status + " " + Problems.ofStatus(status).title() + "\n").getBytes(StandardCharsets.UTF_8));
        }
    }
}
