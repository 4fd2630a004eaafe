package org.holdfast.security;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.holdfast.model.user.Role;
import org.holdfast.settings.Settings;

/**
 * How callers are recognised.
 *
 * @param signingKey PKCS#8 PEM file of the RSA key that signs access tokens
 * @param publicKeyLocation where MicroProfile JWT finds the other half of that key
 * @param issuer the {@code iss} of access tokens, the same that MicroProfile JWT demands
 * @param accessTokenLife how long an access token is good; it cannot be taken back before
 * @param refreshTokenLife how long a session survives without a refresh
 * @param hashingsAtOnce how many passwords may be hashed at a time; each takes 19 MiB while it lasts
 * @param failuresPerMinute failed log-ins of one user name from one address, after which it has to wait
 * @param firstUsers made when they are not there
 */
record SecurityConfig(
        Path signingKey,
        Optional<String> publicKeyLocation,
        String issuer,
        Duration accessTokenLife,
        Duration refreshTokenLife,
        int hashingsAtOnce,
        int failuresPerMinute,
        List<FirstUser> firstUsers) {

    // As in microprofile-config.properties, where the server's verifier finds it: singletons that start with the
    // application read the environment alone, because the server attaches the application's own file only later.
    private static final String DEFAULT_ISSUER = "https://holdfast.org";

    SecurityConfig {
        firstUsers = List.copyOf(firstUsers);
    }

    static SecurityConfig from(Settings settings) {
        return new SecurityConfig(
                settings.file(
                        "holdfast.security.signing-key", "the RSA private key (PKCS#8 PEM) that signs access tokens"),
                settings.text("mp.jwt.verify.publickey.location"),
                settings.text("mp.jwt.verify.issuer").orElse(DEFAULT_ISSUER),
                settings.millis(
                        "holdfast.security.access-token-millis",
                        Duration.ofMinutes(15),
                        Duration.ofSeconds(1),
                        Duration.ofHours(24)),
                settings.millis(
                        "holdfast.security.refresh-token-millis",
                        Duration.ofDays(30),
                        Duration.ofMinutes(1),
                        Duration.ofDays(365)),
                settings.integer("holdfast.security.hashings-at-once", 2, 1, 64),
                settings.integer("holdfast.security.failures-per-minute", 10, 1, 10_000),
                firstUsers(settings));
    }

    private static List<FirstUser> firstUsers(Settings settings) {
        List<FirstUser> users = new ArrayList<>();
        firstUser(settings, "admin", Set.of(Role.admin, Role.operator)).ifPresent(users::add);
        firstUser(settings, "agent", Set.of(Role.agent)).ifPresent(users::add);
        return users;
    }

    private static Optional<FirstUser> firstUser(Settings settings, String kind, Set<Role> roles) {
        String key = "holdfast.security." + kind;
        return settings.text(key + "-user")
                .map(name -> new FirstUser(
                        name,
                        new Secret(settings.required(key + "-password", "the password of the first user " + name)),
                        roles));
    }
}
