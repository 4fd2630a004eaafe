package org.holdfast.web.agent;

import java.util.Optional;
import org.holdfast.agent.AgentChange;
import org.holdfast.web.Fields;
import org.holdfast.web.Patched;

/** The fields of an agent to change; null removes the description. */
public record AgentPatch(Patched<String> name, Patched<String> description) {
    public AgentPatch {
        if (name.isPresent()) {
            Fields.text("name", name.value().orElse(null), AgentRequest.NAME_CHARS_MAX);
        }
        description.value().ifPresent(text -> Fields.atMost("description", text, AgentRequest.DESCRIPTION_CHARS_MAX));
    }

    AgentChange change() {
        Optional<String> newName = name.value();
        return new AgentChange(newName, description.isPresent(), description.value());
    }
}
