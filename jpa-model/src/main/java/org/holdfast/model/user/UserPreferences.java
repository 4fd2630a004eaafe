package org.holdfast.model.user;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.JoinColumn;
import jakarta.persistence.MapsId;
import jakarta.persistence.OneToOne;
import jakarta.persistence.Table;
import jakarta.persistence.Version;
import jakarta.validation.constraints.NotBlank;
import java.util.UUID;

/** How a user likes to see things; shares its key with the user. */
@Entity
@Table(schema = "auth", name = "user_preferences")
public class UserPreferences {
    @Id
    private UUID id;

    @MapsId
    @OneToOne(optional = false)
    @JoinColumn(name = "id")
    private UserAccount user;

    @Column(name = "tenant_id", nullable = false, updatable = false)
    private UUID tenantId;

    @NotBlank
    @Column(name = "time_zone", nullable = false)
    private String timeZone = "UTC";

    @NotBlank
    @Column(name = "search_mode", nullable = false)
    private String searchMode = "hybrid";

    @Version
    @Column(name = "version", nullable = false)
    private long version;

    @SuppressWarnings("NullAway.Init")
    protected UserPreferences() {}

    UserPreferences(UserAccount user) {
        this.id = user.id();
        this.user = user;
        this.tenantId = user.tenantId();
    }

    public UUID id() {
        return id;
    }

    public UserAccount user() {
        return user;
    }

    public UUID tenantId() {
        return tenantId;
    }

    public String timeZone() {
        return timeZone;
    }

    public String searchMode() {
        return searchMode;
    }

    public long version() {
        return version;
    }
}
