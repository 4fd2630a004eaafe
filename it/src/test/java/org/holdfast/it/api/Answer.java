package org.holdfast.it.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import java.net.http.HttpHeaders;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.StreamSupport;

/** What the system answered to one request. */
record Answer(String request, int status, HttpHeaders headers, String body) {
    private static final Set<String> CATEGORIES = Set.of(
            "validation",
            "conflict",
            "deadlock",
            "connection",
            "timeout",
            "permission",
            "schema",
            "in-doubt",
            "unknown");
    private static final Pattern INTERNALS = Pattern.compile(
            "\\b(?:java|javax|jakarta|org|com|fish)\\.[a-z_]+\\.|Exception\\b|\\bat [\\w.$]+\\([\\w.]+:\\d+\\)"
                    + "|PSQL|SQLSTATE|Payara|GlassFish");

    /** The body as a tree. */
    JsonNode json() {
        try {
            return Api.JSON.readTree(body);
        } catch (JsonProcessingException notJson) {
            throw new AssertionError(this + " is not JSON", notJson);
        }
    }

    /** The text of a field. */
    String text(String field) {
        JsonNode value = json().path(field);
        assertThat(value.isTextual()).as("%s of %s is a text", field, this).isTrue();
        return value.textValue();
    }

    String id() {
        return text("id");
    }

    /** The entries of a list. */
    List<JsonNode> items() {
        JsonNode items = json().path("items");
        assertThat(items.isArray()).as("items of %s", this).isTrue();
        return StreamSupport.stream(items.spliterator(), false).toList();
    }

    /** One field of every entry of a list. */
    List<String> items(String field) {
        return items().stream().map(item -> item.path(field).asText()).toList();
    }

    /** A header that must be there. */
    String header(String name) {
        return headers.firstValue(name).orElseThrow(() -> new AssertionError(this + " has no header " + name));
    }

    /** Checks the status of a success. */
    Answer is(int expected) {
        assertThat(status).as("status of %s", this).isEqualTo(expected);
        return this;
    }

    /** Checks that this is a complete problem document of that status, which shows nothing of the inside. */
    Answer isProblem(int expected) {
        is(expected);
        assertThat(headers.firstValue("Content-Type").orElse("none"))
                .as("content type of %s", this)
                .matches("application/problem\\+json(;\\s*charset=(?i:utf-8))?");
        JsonNode problem = json();
        for (String field : List.of("type", "title", "detail", "category")) {
            assertThat(problem.path(field).asText(""))
                    .as("%s of %s", field, this)
                    .isNotBlank();
        }
        assertThat(problem.path("status").isInt()).as("status in %s", this).isTrue();
        assertThat(problem.path("status").intValue()).as("status in %s", this).isEqualTo(expected);
        assertThat(problem.path("category").textValue())
                .as("category of %s", this)
                .isIn(CATEGORIES);
        assertThat(problem.path("retryable").isBoolean())
                .as("retryable of %s", this)
                .isTrue();
        showsNothingOfTheInside();
        return this;
    }

    /** Checks that no stack trace, class name or product name is in the body. */
    void showsNothingOfTheInside() {
        assertThat(INTERNALS.matcher(body).find())
                .as("%s shows what is inside", this)
                .isFalse();
    }

    @Override
    public String toString() {
        String shown = body.length() > 400 ? body.substring(0, 400) + "..." : body;
        return request + " -> " + status + " " + shown;
    }
}
