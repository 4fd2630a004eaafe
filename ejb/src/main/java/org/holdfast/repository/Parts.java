package org.holdfast.repository;

import java.util.UUID;
import org.holdfast.cache.QueryTag;
import org.holdfast.model.agent.Conversation;
import org.holdfast.model.agent.Message;
import org.holdfast.model.memory.Memory;
import org.holdfast.model.run.RunStep;

/**
 * The parts of entities that lists and searches depend on. Whoever changes a row names its part, so that what others ask for
 * stays kept; that the entity as a whole has changed is known without being told.
 */
public final class Parts {
    private Parts() {}

    public static QueryTag conversationsOf(UUID agent) {
        return QueryTag.part(Conversation.class, "agent", agent);
    }

    public static QueryTag messagesOf(UUID conversation) {
        return QueryTag.part(Message.class, "conversation", conversation);
    }

    public static QueryTag stepsOf(UUID run) {
        return QueryTag.part(RunStep.class, "run", run);
    }

    public static QueryTag memoriesOf(UUID agent) {
        return QueryTag.part(Memory.class, "agent", agent);
    }
}
