package org.holdfast.security;

import jakarta.enterprise.context.Dependent;
import jakarta.inject.Inject;
import jakarta.persistence.EntityManager;
import jakarta.persistence.LockModeType;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.holdfast.audit.AuditLog;
import org.holdfast.audit.Notice;
import org.holdfast.audit.NoticeLog;
import org.holdfast.connection.ConnectionManager;
import org.holdfast.connection.Consistency;
import org.holdfast.connection.DatabaseCall;
import org.holdfast.connection.Durability;
import org.holdfast.connection.SessionException;
import org.holdfast.connection.SessionOptions;
import org.holdfast.model.user.LoginSession;
import org.holdfast.model.user.UserAccount;
import org.jspecify.annotations.Nullable;

/** Log-in sessions: opened by a password, kept alive by refresh tokens that are good for one use, ended by log-out. */
@Dependent
public class Sessions {
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final String USER = "auth.user_account";
    private static final String REFUSED = "the user name or the password is wrong";
    private static final String ENDED = "the session has ended; log in again";

    private final ConnectionManager connections;
    private final DatabaseCall call;
    private final SecurityConfig config;
    private final PasswordHasher hasher;
    private final TokenIssuer issuer;
    private final LoginThrottle throttle;
    private final InstantSource clock;
    private final NoticeLog notices;

    @Inject
    Sessions(
            ConnectionManager connections,
            DatabaseCall call,
            SecurityConfig config,
            PasswordHasher hasher,
            TokenIssuer issuer,
            LoginThrottle throttle,
            InstantSource clock,
            NoticeLog notices) {
        this.connections = connections;
        this.call = call;
        this.config = config;
        this.hasher = hasher;
        this.issuer = issuer;
        this.throttle = throttle;
        this.clock = clock;
        this.notices = notices;
    }

    private record Known(Account account, String passwordHash, boolean isEnabled) {}

    /**
     * Opens a session.
     *
     * @param address where the caller calls from, for the count of failures
     * @throws LoginException when the caller is not recognised, had too many failures, or too many log in at once
     */
    public IssuedTokens logIn(String username, String password, String address) {
        throttle.begin(username, address).ifPresent(wait -> {
            refuse(username, Optional.empty(), "too many failures");
            throw LoginException.throttled(wait);
        });
        Optional<Account> account;
        try {
            account = recognise(username, password);
        } catch (SessionException | LoginException unavailable) {
            throttle.notChecked(username, address);
            throw unavailable;
        }
        Account recognised = account.orElseThrow(() -> LoginException.refused(REFUSED));
        throttle.succeeded(username, address);
        return open(recognised);
    }

    private Optional<Account> recognise(String username, String password) {
        Optional<Known> known = find(username);
        // The hash is computed for an unknown name too: the time must not tell which names exist.
        boolean isRight =
                hasher.matches(password, known.map(Known::passwordHash).orElseGet(hasher::nobody));
        Optional<Account> account =
                known.filter(user -> isRight && user.isEnabled()).map(Known::account);
        if (account.isEmpty()) {
            // The user, whose tenant's trail it is, may be another than the caller.
            refuse(
                    username,
                    known.map(user -> user.account().tenantId()),
                    isRight && known.isPresent() ? "the user is disabled" : "wrong user name or password");
        }
        return account;
    }

    private void refuse(String username, Optional<UUID> tenant, String why) {
        notices.note(new Notice(
                tenant, "LOGIN_FAILED", USER, why, username, call.options().origin()));
    }

    /**
     * Exchanges a refresh token for new tokens. A token that was used before ends its session: one of its two holders stole
     * it, and nobody can tell which.
     *
     * @throws LoginException when the token is not the newest of a session that goes on
     */
    public IssuedTokens refresh(String refreshToken) {
        RefreshToken presented = RefreshToken.parse(refreshToken).orElseThrow(() -> LoginException.refused(ENDED));
        Found found = find(presented).orElseThrow(() -> LoginException.refused(ENDED));
        askFor(found.tenantId(), "anonymous");
        RefreshToken next = presented.next(RANDOM);
        // The revocation has to be committed, so the notice is thrown after the session.
        return connections
                .write(entities -> rotate(entities, found.sessionId(), presented, next))
                .map(account -> tokens(account, found.sessionId(), next))
                .orElseThrow(() -> LoginException.refused(ENDED));
    }

    /** Ends the session of a refresh token, if it is the newest of one. */
    public void logOut(String refreshToken) {
        Optional<RefreshToken> presented = RefreshToken.parse(refreshToken);
        presented.flatMap(this::find).ifPresent(found -> {
            askFor(found.tenantId(), "anonymous");
            connections.write(entities -> revoke(entities, found.sessionId()));
        });
    }

    /** Ends a session of the current request's tenant. */
    public void logOut(UUID session) {
        connections.write(entities -> revoke(entities, session));
    }

    private IssuedTokens open(Account account) {
        askFor(account.tenantId(), account.username());
        RefreshToken first = RefreshToken.first(RANDOM);
        UUID session = connections.write(entities -> {
            Instant now = clock.instant();
            UserAccount user = entities.getReference(UserAccount.class, account.userId());
            // Here and not in a job: whoever logs in clears what they left behind, and nobody else's rows are touched.
            entities.createQuery("delete from LoginSession s where s.user = :user and s.expiresAt < :now")
                    .setParameter("user", user)
                    .setParameter("now", now)
                    .executeUpdate();
            LoginSession opened = new LoginSession(
                    user, first.familyHash(), first.currentHash(), now, now.plus(config.refreshTokenLife()));
            entities.persist(opened);
            AuditLog.record(
                    entities,
                    account.tenantId(),
                    "LOGIN",
                    USER,
                    account.userId().toString());
            return opened.id();
        });
        return tokens(account, session, first);
    }

    private Optional<Account> rotate(EntityManager entities, UUID id, RefreshToken presented, RefreshToken next) {
        // Locked, so that of two uses at the same time the second sees that it is the second.
        LoginSession session = entities.find(LoginSession.class, id, LockModeType.PESSIMISTIC_WRITE);
        Instant now = clock.instant();
        if (session == null || !isOpen(session, now)) {
            return Optional.empty();
        }
        UserAccount user = session.user();
        if (!session.isCurrent(presented.currentHash()) || !user.isEnabled()) {
            session.revoke(now);
            record(entities, "TOKEN_REUSED", user);
            return Optional.empty();
        }
        session.rotate(next.currentHash(), now.plus(config.refreshTokenLife()));
        Set<String> roles = user.roles().stream().map(Enum::name).collect(Collectors.toUnmodifiableSet());
        return Optional.of(new Account(user.id(), user.tenantId(), user.username(), roles));
    }

    private static boolean isOpen(LoginSession session, Instant now) {
        return session.revokedAt().isEmpty() && session.expiresAt().isAfter(now);
    }

    private @Nullable Void revoke(EntityManager entities, UUID id) {
        LoginSession session = entities.find(LoginSession.class, id, LockModeType.PESSIMISTIC_WRITE);
        if (session != null && session.revokedAt().isEmpty()) {
            session.revoke(clock.instant());
            record(entities, "LOGOUT", session.user());
        }
        return null;
    }

    private static void record(EntityManager entities, String operation, UserAccount user) {
        AuditLog.recordOf(entities, user.tenantId(), operation, USER, user.id().toString(), user.username());
    }

    private IssuedTokens tokens(Account account, UUID session, RefreshToken refresh) {
        return new IssuedTokens(
                issuer.issue(account, session), refresh.text(), issuer.life().toSeconds());
    }

    private record Found(UUID sessionId, UUID tenantId) {}

    private Optional<Found> find(RefreshToken token) {
        return one(
                "select session_id, tenant_id from auth.session_by_family(?)",
                token.familyHash(),
                row -> new Found((UUID) row[0], (UUID) row[1]));
    }

    private Optional<Known> find(String username) {
        return one(
                "select user_id, tenant_id, username, array_to_string(roles, ','), password_hash, enabled"
                        + " from auth.account_by_username(?)",
                username,
                row -> new Known(
                        new Account(
                                (UUID) row[0],
                                (UUID) row[1],
                                (String) row[2],
                                Set.of(((String) row[3]).split(",", -1))),
                        (String) row[4],
                        (Boolean) row[5]));
    }

    // The functions of the schema that work while no tenant is known yet.
    private <T> Optional<T> one(String sql, Object value, Function<Object[], T> mapping) {
        // From the writer: a replica may not know a session or a password that is a second old.
        call.ask(new SessionOptions(
                Optional.empty(),
                "anonymous",
                Consistency.strong,
                Optional.empty(),
                Durability.local,
                call.options().origin()));
        List<?> rows = connections.read(entities ->
                entities.createNativeQuery(sql).setParameter(1, value).getResultList());
        return rows.stream().findFirst().map(row -> mapping.apply((Object[]) row));
    }

    private void askFor(UUID tenant, String actor) {
        call.ask(call.options().of(tenant, actor));
    }
}
