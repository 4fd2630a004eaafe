package org.holdfast.security;

import jakarta.annotation.PostConstruct;
import jakarta.ejb.Singleton;
import jakarta.ejb.Startup;
import jakarta.inject.Inject;

/** Stops the deployment when the signing key or another value of this feature's configuration is not usable. */
@Singleton
@Startup
public class SecurityStartup {
    @Inject
    SecurityConfig config;

    @Inject
    TokenIssuer issuer;

    @PostConstruct
    void check() {
        // Both are made lazily otherwise: touching them here makes a bad value fail now and not at the first log-in.
        if (issuer.life().compareTo(config.refreshTokenLife()) > 0) {
            throw new IllegalArgumentException("configuration holdfast.security.access-token-millis = "
                    + issuer.life().toMillis() + " is not allowed: it must be at most "
                    + config.refreshTokenLife().toMillis() + ", as long as holdfast.security.refresh-token-millis");
        }
    }
}
