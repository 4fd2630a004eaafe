package org.holdfast.security;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.security.interfaces.RSAPrivateKey;
import java.time.Duration;
import java.time.InstantSource;
import org.holdfast.settings.Settings;
import org.holdfast.shared.RateLimits;

/** Makes the plain objects of this package from configuration. */
@ApplicationScoped
class SecurityProducer {
    private static final Duration HASHING_WAIT_MAX = Duration.ofSeconds(5);

    @Produces
    @Singleton
    SecurityConfig config(Settings settings) {
        return SecurityConfig.from(settings);
    }

    @Produces
    @Singleton
    PasswordHasher hasher(SecurityConfig config) {
        return new PasswordHasher(config.hashingsAtOnce(), HASHING_WAIT_MAX);
    }

    @Produces
    @Singleton
    LoginThrottle throttle(RateLimits limits, SecurityConfig config) {
        return new LoginThrottle(limits, config.failuresPerMinute());
    }

    @Produces
    @Singleton
    TokenIssuer issuer(SecurityConfig config, InstantSource clock) {
        RSAPrivateKey key = SigningKey.read(config.signingKey());
        config.publicKeyLocation().ifPresent(location -> SigningKey.requireOtherHalf(key, location));
        return new TokenIssuer(key, config.issuer(), config.accessTokenLife(), clock);
    }
}
