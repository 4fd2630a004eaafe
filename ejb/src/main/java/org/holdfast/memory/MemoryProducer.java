package org.holdfast.memory;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import org.holdfast.settings.Settings;

/** Makes the plain objects of this package from configuration. */
@ApplicationScoped
class MemoryProducer {
    @Produces
    @Singleton
    MemoryConfig config(Settings settings) {
        return MemoryConfig.from(settings);
    }
}
