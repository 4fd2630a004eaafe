package org.holdfast.it.api;

import java.util.UUID;
import org.holdfast.client.HoldfastMemoryStore;
import org.holdfast.it.RunningSystem;

/** LangChainStores at the running system; one user and one set of connections for all of them. */
final class LangChainStores {
    private static final HoldfastMemoryStore FIRST =
            builder().agent("client-" + UUID.randomUUID()).build();

    private LangChainStores() {}

    static HoldfastMemoryStore.Builder builder() {
        RunningSystem.Credentials agent = RunningSystem.get().agent();
        return HoldfastMemoryStore.builder()
                .url(RunningSystem.get().baseUri().toString())
                .user(agent.user())
                .password(agent.password());
    }

    /** A store of an agent that nobody else has. */
    static HoldfastMemoryStore empty() {
        return FIRST.forAgent("client-" + UUID.randomUUID());
    }
}
