package org.holdfast.security;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSSigner;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import java.security.interfaces.RSAPrivateKey;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Date;
import java.util.List;
import java.util.UUID;

/** Issues access tokens: RS256, with the claims that MicroProfile JWT wants, the tenant and the session. Thread-safe. */
final class TokenIssuer {
    private final JWSSigner signer;
    private final String issuer;
    private final Duration life;
    private final InstantSource clock;

    TokenIssuer(RSAPrivateKey key, String issuer, Duration life, InstantSource clock) {
        this.signer = new RSASSASigner(key);
        this.issuer = issuer;
        this.life = life;
        this.clock = clock;
    }

    Duration life() {
        return life;
    }

    String issue(Account account, UUID session) {
        Instant now = clock.instant();
        JWTClaimsSet claims = new JWTClaimsSet.Builder()
                .issuer(issuer)
                .subject(account.userId().toString())
                .claim("upn", account.username())
                .claim("groups", List.copyOf(account.roles()))
                .claim("tenant", account.tenantId().toString())
                .claim("sid", session.toString())
                .issueTime(Date.from(now))
                .expirationTime(Date.from(now.plus(life)))
                .jwtID(UUID.randomUUID().toString())
                .build();
        SignedJWT token = new SignedJWT(
                new JWSHeader.Builder(JWSAlgorithm.RS256)
                        .type(JOSEObjectType.JWT)
                        .build(),
                claims);
        try {
            token.sign(signer);
        } catch (JOSEException failure) {
            throw new IllegalStateException("the signing key, checked at start, does not sign", failure);
        }
        return token.serialize();
    }
}
