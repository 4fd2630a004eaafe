package org.holdfast.client;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The agent whose memories a store has: looked up by name at the first use, and made if it is not there. */
final class AgentScope {
    private final Rest rest;
    private final String name;

    private volatile @Nullable String id;

    AgentScope(Rest rest, String name) {
        this.rest = rest;
        this.name = name;
    }

    /** The agent's key. */
    String id() {
        String known = id;
        if (known == null) {
            known = find().orElseGet(this::make);
            id = known;
        }
        return known;
    }

    /** A body that names the agent. */
    ObjectNode body() {
        return Http.JSON.createObjectNode().put("agentId", id());
    }

    private Optional<String> find() {
        String page = "/api/agents?limit=500";
        while (true) {
            JsonNode answer = rest.send(Message.get(page));
            for (JsonNode agent : answer.path("items")) {
                if (agent.path("name").asText().equals(name)) {
                    return Optional.of(agent.path("id").asText());
                }
            }
            if (!answer.path("next").isTextual()) {
                return Optional.empty();
            }
            page = "/api/agents?limit=500&cursor=" + answer.path("next").asText();
        }
    }

    private String make() {
        try {
            return rest.send(Message.write(
                            "/api/agents", Http.JSON.createObjectNode().put("name", name)))
                    .path("id")
                    .asText();
        } catch (HoldfastException failure) {
            if (!failure.isConflict()) {
                throw failure;
            }
            // Somebody else has just made it.
            return find().orElseThrow(() -> failure);
        }
    }
}
