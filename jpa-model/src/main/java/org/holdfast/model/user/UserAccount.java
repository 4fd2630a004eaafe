package org.holdfast.model.user;

import jakarta.persistence.Cacheable;
import jakarta.persistence.CascadeType;
import jakarta.persistence.CollectionTable;
import jakarta.persistence.Column;
import jakarta.persistence.ElementCollection;
import jakarta.persistence.Entity;
import jakarta.persistence.EnumType;
import jakarta.persistence.Enumerated;
import jakarta.persistence.FetchType;
import jakarta.persistence.JoinColumn;
import jakarta.persistence.OneToOne;
import jakarta.persistence.Table;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotEmpty;
import jakarta.validation.constraints.Size;
import java.util.EnumSet;
import java.util.Set;
import java.util.UUID;
import org.holdfast.model.TenantEntity;

/** Somebody who can log in. User names are unique across tenants. */
// Never cached: an instance that Redis does not reach would go on honouring a user or a role that another one
// has taken away.
@Cacheable(false)
@Entity
@Table(schema = "auth", name = "user_account")
public class UserAccount extends TenantEntity {
    @NotBlank
    @Size(max = 100)
    @Column(name = "username", nullable = false)
    private String username;

    @NotBlank
    @Column(name = "password_hash", nullable = false)
    private String passwordHash;

    @Column(name = "enabled", nullable = false)
    private boolean enabled = true;

    @NotEmpty
    @ElementCollection(fetch = FetchType.EAGER)
    @CollectionTable(schema = "auth", name = "user_role", joinColumns = @JoinColumn(name = "user_id"))
    @Column(name = "role", nullable = false)
    @Enumerated(EnumType.STRING)
    private Set<Role> roles;

    @OneToOne(mappedBy = "user", cascade = CascadeType.ALL, orphanRemoval = true, fetch = FetchType.LAZY)
    private UserPreferences preferences;

    @SuppressWarnings("NullAway.Init")
    protected UserAccount() {}

    /**
     * A new, enabled user with default preferences.
     *
     * @param passwordHash an encoded hash, never a password
     */
    public UserAccount(UUID tenantId, String username, String passwordHash, Set<Role> roles) {
        super(tenantId);
        this.username = username;
        this.passwordHash = passwordHash;
        this.roles = EnumSet.copyOf(roles);
        this.preferences = new UserPreferences(this);
    }

    public String username() {
        return username;
    }

    public String passwordHash() {
        return passwordHash;
    }

    public boolean isEnabled() {
        return enabled;
    }

    public Set<Role> roles() {
        return Set.copyOf(roles);
    }

    public UserPreferences preferences() {
        return preferences;
    }

    public void changePasswordHash(String newHash) {
        this.passwordHash = newHash;
    }

    public void disable() {
        this.enabled = false;
    }
}
