package org.holdfast.tuning;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import org.holdfast.settings.Settings;

/** Makes the plain objects of this package from configuration. */
@ApplicationScoped
class TuningProducer {
    @Produces
    @Singleton
    TuningConfig config(Settings settings) {
        return TuningConfig.from(settings);
    }
}
