package org.holdfast.model.user;

import jakarta.persistence.Cacheable;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.FetchType;
import jakarta.persistence.JoinColumn;
import jakarta.persistence.ManyToOne;
import jakarta.persistence.Table;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.Optional;
import org.holdfast.model.TenantEntity;
import org.jspecify.annotations.Nullable;

/**
 * One log-in, from password to log-out. Of its refresh token it holds two SHA-256 hashes and never the token: one of the
 * part that stays, one of the part that every use replaces.
 */
// Never cached: an instance that Redis does not reach would go on honouring a session that another one has ended.
@Cacheable(false)
@Entity
@Table(schema = "auth", name = "login_session")
public class LoginSession extends TenantEntity {
    @ManyToOne(optional = false, fetch = FetchType.LAZY)
    @JoinColumn(name = "user_id", nullable = false, updatable = false)
    private UserAccount user;

    @Column(name = "family_hash", nullable = false, updatable = false)
    private byte[] familyHash;

    @Column(name = "refresh_hash", nullable = false)
    private byte[] refreshHash;

    @Column(name = "created_at", nullable = false, updatable = false)
    private Instant createdAt;

    @Column(name = "expires_at", nullable = false)
    private Instant expiresAt;

    @Column(name = "revoked_at")
    private @Nullable Instant revokedAt;

    @SuppressWarnings("NullAway.Init")
    protected LoginSession() {}

    public LoginSession(UserAccount user, byte[] familyHash, byte[] refreshHash, Instant createdAt, Instant expiresAt) {
        super(user.tenantId());
        this.user = user;
        this.familyHash = familyHash.clone();
        this.refreshHash = refreshHash.clone();
        this.createdAt = createdAt;
        this.expiresAt = expiresAt;
    }

    public UserAccount user() {
        return user;
    }

    public Instant createdAt() {
        return createdAt;
    }

    public Instant expiresAt() {
        return expiresAt;
    }

    public Optional<Instant> revokedAt() {
        return Optional.ofNullable(revokedAt);
    }

    /** Whether this is the hash of the newest replaceable part. Takes the same time wherever the two differ. */
    public boolean isCurrent(byte[] candidateHash) {
        return MessageDigest.isEqual(refreshHash, candidateHash);
    }

    /** Replaces the refresh token: the old one is worthless from then on. */
    public void rotate(byte[] newRefreshHash, Instant newExpiry) {
        this.refreshHash = newRefreshHash.clone();
        this.expiresAt = newExpiry;
    }

    public void revoke(Instant now) {
        this.revokedAt = now;
    }
}
