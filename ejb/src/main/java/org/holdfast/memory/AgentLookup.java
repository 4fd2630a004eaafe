package org.holdfast.memory;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.Collection;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.holdfast.connection.ErrorCategory;
import org.holdfast.connection.RefusedException;

/**
 * Which agent each of some drafts belongs to.
 *
 * @param known those of the named agents that the tenant has
 */
record AgentLookup(Optional<UUID> defaultAgent, Set<UUID> known) {
    static final AgentLookup NONE = new AgentLookup(Optional.empty(), Set.of());

    static AgentLookup of(Connection connection, Collection<MemoryDraft> drafts) throws SQLException {
        Set<UUID> named =
                drafts.stream().flatMap(draft -> draft.agentId().stream()).collect(Collectors.toSet());
        boolean needsDefault = drafts.stream().anyMatch(draft -> draft.agentId().isEmpty());
        return new AgentLookup(
                needsDefault ? Places.defaultAgent(connection) : Optional.empty(),
                named.isEmpty() ? Set.of() : Places.knownAgents(connection, named));
    }

    /**
     * The draft's agent.
     *
     * @throws RefusedException (validation) when the tenant has no such agent
     */
    UUID agentOf(MemoryDraft draft) {
        if (draft.agentId().isEmpty()) {
            return defaultAgent.orElseThrow(() -> new RefusedException(
                    ErrorCategory.VALIDATION, "field 'agentId' is missing, and the tenant has no default agent"));
        }
        UUID agent = draft.agentId().get();
        if (!known.contains(agent)) {
            throw new RefusedException(ErrorCategory.VALIDATION, "there is no agent " + agent);
        }
        return agent;
    }
}
