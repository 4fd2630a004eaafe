package org.holdfast.it.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSSigner;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.PlainJWT;
import com.nimbusds.jwt.SignedJWT;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyFactory;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import java.util.Date;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import org.holdfast.it.RunningSystem;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tokens that somebody else made: each lacks one thing that the application's own have. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class AccessTokenIT {
    private final Instant now = InstantSource.system().instant();
    private Api agent = Api.anonymous();
    private SignedJWT genuine;
    private PrivateKey systemKey;

    @BeforeAll
    void readTheSystemsOwn() throws Exception {
        agent = Api.agent();
        genuine = SignedJWT.parse(agent.token());
        systemKey = privateKey("HOLDFAST_SECURITY_SIGNING_KEY");
    }

    /** What the application was given. */
    private static String variable(String name) {
        String value = RunningSystem.get().topology().applicationEnvironment(1).get(name);
        return Objects.requireNonNull(value, name);
    }

    private static byte[] pem(Path file) throws Exception {
        String text = Files.readString(file).replaceAll("-----[A-Z ]+-----", "");
        return Base64.getMimeDecoder().decode(text);
    }

    private static PrivateKey privateKey(String name) throws Exception {
        Path file = Path.of(variable(name));
        return KeyFactory.getInstance("RSA").generatePrivate(new PKCS8EncodedKeySpec(pem(file)));
    }

    private JWTClaimsSet.Builder claims() throws Exception {
        return new JWTClaimsSet.Builder(genuine.getJWTClaimsSet());
    }

    private static String signed(JWSAlgorithm algorithm, JWSSigner signer, JWTClaimsSet claims) throws Exception {
        SignedJWT token = new SignedJWT(
                new JWSHeader.Builder(algorithm).type(JOSEObjectType.JWT).build(), claims);
        token.sign(signer);
        return token.serialize();
    }

    private String signedBySystem(JWTClaimsSet claims) throws Exception {
        return signed(JWSAlgorithm.RS256, new RSASSASigner(systemKey), claims);
    }

    private void refused(String token) {
        Api bearer = agent.withToken(token);
        Answer me = bearer.get("/api/auth/me").isProblem(401);
        assertThat(me.header("WWW-Authenticate")).startsWith("Bearer");
        bearer.get("/api/agents").isProblem(401);
        bearer.post("/api/agents", Api.object("name", Api.unique("forged"))).isProblem(401);
        bearer.get("/api/admin/topology").isProblem(401);
    }

    @Test
    void aTokenMadeWithTheSystemsKeyIsAcceptedSoThatTheOthersAreRefusedForWhatTheyLack() throws Exception {
        String token =
                signedBySystem(claims().jwtID(UUID.randomUUID().toString()).build());

        agent.withToken(token).get("/api/auth/me").is(200);
    }

    @Test
    void anExpiredOneIsRefused() throws Exception {
        refused(signedBySystem(claims().issueTime(Date.from(now.minus(Duration.ofHours(2))))
                .expirationTime(Date.from(now.minus(Duration.ofHours(1))))
                .build()));
    }

    @Test
    void oneThatNeverExpiresIsRefused() throws Exception {
        refused(signedBySystem(claims().expirationTime(null).build()));
    }

    @Test
    void oneOfAnotherIssuerIsRefused() throws Exception {
        refused(signedBySystem(claims().issuer("https://example.org").build()));
    }

    @Test
    void oneSignedWithAnotherKeyIsRefused() throws Exception {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
        generator.initialize(2048);
        PrivateKey other = generator.generateKeyPair().getPrivate();

        refused(signed(JWSAlgorithm.RS256, new RSASSASigner(other), claims().build()));
    }

    @Test
    void oneSignedWithThePublicKeyAsASharedSecretIsRefused() throws Exception {
        Path publicKey = Path.of(variable("MP_JWT_VERIFY_PUBLICKEY_LOCATION").replaceFirst("^file:", ""));

        refused(signed(JWSAlgorithm.HS256, new MACSigner(pem(publicKey)), claims().build()));
        refused(signed(JWSAlgorithm.HS256, new MACSigner(Files.readAllBytes(publicKey)), claims().build()));
    }

    @Test
    void oneWithTheAlgorithmNoneIsRefused() throws Exception {
        refused(new PlainJWT(claims().build()).serialize());
    }

    @Test
    void oneWithoutItsSignatureIsRefused() {
        String[] parts = genuine.serialize().split("\\.", -1);

        refused(parts[0] + "." + parts[1] + ".");
        refused(parts[0] + "." + parts[1]);
    }

    @Test
    void oneWhoseClaimsWereChangedIsRefused() throws Exception {
        String[] parts = genuine.serialize().split("\\.", -1);
        JWTClaimsSet promoted = claims().claim("groups", List.of("admin")).build();
        String changed = Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString(promoted.toString().getBytes(StandardCharsets.UTF_8));

        refused(parts[0] + "." + changed + "." + parts[2]);
    }

    @ParameterizedTest
    @ValueSource(strings = {"garbage", "a.b.c", "..", "e30.e30.e30", "' or 1=1 --", "null"})
    void garbageIsRefused(String garbage) {
        refused(garbage);
    }

    @ParameterizedTest
    @ValueSource(strings = {"Basic YWdlbnQ6YWdlbnQ=", "Bearer", "Bearer ", "bearer garbage", "Digest x"})
    void otherWaysToAuthenticateAreRefused(String authorization) {
        Api.anonymous().get("/api/agents", "Authorization", authorization).isProblem(401);
    }

    @Test
    void anAnonymousCallWithABadTokenIsNotMoreThanAnAnonymousCall() {
        Answer answer = agent.withToken("garbage").get("/api/health/database");

        assertThat(answer.status()).isIn(200, 401);
        answer.showsNothingOfTheInside();
    }

    @Test
    void oneWithATenantThatIsNoneIsRefused() throws Exception {
        for (Object tenant : List.of("not a uuid", "", "'; drop table memory.agent; --", 5)) {
            String token = signedBySystem(claims().claim("tenant", tenant).build());

            Answer answer = agent.withToken(token).get("/api/agents");

            assertThat(answer.status()).as("%s", answer).isIn(401, 403);
            answer.isProblem(answer.status());
        }
    }

    @Test
    void oneWithoutGroupsMayDoNothing() throws Exception {
        String token = signedBySystem(claims().claim("groups", List.of()).build());

        agent.withToken(token).get("/api/agents").isProblem(403);
    }

    @Test
    void oneOfATenantThatDoesNotExistSeesNothing() throws Exception {
        String token = signedBySystem(
                claims().claim("tenant", UUID.randomUUID().toString()).build());
        String id = agent.newAgent();

        Api stranger = agent.withToken(token);

        stranger.get("/api/agents/" + id).isProblem(404);
        assertThat(stranger.get("/api/agents").is(200).items()).isEmpty();
    }
}
