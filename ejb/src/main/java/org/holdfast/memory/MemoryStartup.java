package org.holdfast.memory;

import jakarta.annotation.PostConstruct;
import jakarta.ejb.Singleton;
import jakarta.ejb.Startup;
import jakarta.inject.Inject;

/** Starts loading the embedding model, so that no request waits for it later; refuses bad configuration. */
@Singleton
@Startup
public class MemoryStartup {
    @Inject
    Embedder embedder;

    @PostConstruct
    void load() {
        embedder.load();
    }
}
