package org.holdfast.monitor;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import org.holdfast.settings.Settings;

/** Makes the plain objects of this package from configuration. */
@ApplicationScoped
class MonitorProducer {
    @Produces
    @Singleton
    MonitorConfig config(Settings settings) {
        return MonitorConfig.from(settings);
    }
}
