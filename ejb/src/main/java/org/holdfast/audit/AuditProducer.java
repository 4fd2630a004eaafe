package org.holdfast.audit;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.time.InstantSource;
import java.util.Optional;
import org.holdfast.settings.Settings;

/** Makes the plain objects of this package from configuration. */
@ApplicationScoped
class AuditProducer {
    @Produces
    @Singleton
    AuditConfig config(Settings settings) {
        return AuditConfig.from(settings);
    }

    @Produces
    @Singleton
    AnchorSigners signers(AuditConfig config) {
        return new AnchorSigners(config.signingKey().map(AnchorSigner::read), config.trustedKeys());
    }

    @Produces
    @Singleton
    Sealer sealer(AnchorSigners signers, InstantSource clock) {
        Optional<AnchorSigner> signer = signers.signer();
        return new Sealer(signer, clock);
    }

    @Produces
    @Singleton
    Retention retention(AuditConfig config, AnchorSigners signers, InstantSource clock) {
        return new Retention(config.retentionMonths(), signers, clock);
    }
}
