package org.holdfast.security;

import jakarta.enterprise.context.Dependent;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import jakarta.persistence.EntityManager;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.holdfast.connection.ConnectionManager;
import org.holdfast.connection.ErrorCategory;
import org.holdfast.connection.RefusedException;
import org.holdfast.connection.SessionOptions;
import org.holdfast.migration.SchemaReady;
import org.holdfast.model.agent.Agent;
import org.holdfast.model.tenant.Tenant;
import org.holdfast.model.user.UserAccount;
import org.jspecify.annotations.Nullable;

/**
 * Makes the demo tenant, its default agent and the configured first users where they are missing, in one transaction. What
 * is there is left as it is, so a changed password stays changed. Nothing is made when no first user is configured.
 */
@Dependent
public class FirstUsers {
    private static final Logger LOG = Logger.getLogger(FirstUsers.class.getName());

    private final ConnectionManager connections;
    private final SecurityConfig config;
    private final PasswordHasher hasher;
    private final InstantSource clock;

    @Inject
    FirstUsers(ConnectionManager connections, SecurityConfig config, PasswordHasher hasher, InstantSource clock) {
        this.connections = connections;
        this.config = config;
        this.hasher = hasher;
        this.clock = clock;
    }

    void onSchemaReady(@Observes SchemaReady ready) {
        make();
    }

    /** Makes what is missing. */
    public void make() {
        if (config.firstUsers().isEmpty()) {
            return;
        }
        try {
            connections.write(SessionOptions.system(DemoTenant.ID), this::makeMissing);
        } catch (RefusedException refused) {
            if (refused.category() != ErrorCategory.CONFLICT) {
                throw refused;
            }
            // Another instance was first with all of it. A name that a user of another tenant has conflicts again.
            LOG.log(Level.FINE, "the first users were made by another instance at the same time", refused);
            connections.write(SessionOptions.system(DemoTenant.ID), this::makeMissing);
        }
    }

    private @Nullable Void makeMissing(EntityManager entities) {
        if (entities.find(Tenant.class, DemoTenant.ID) == null) {
            entities.persist(new Tenant(DemoTenant.ID, DemoTenant.NAME));
            entities.flush();
        }
        for (FirstUser user : config.firstUsers()) {
            if (isMissing(entities, "select count(u) from UserAccount u where u.username = :name", user.username())) {
                entities.persist(new UserAccount(
                        DemoTenant.ID,
                        user.username(),
                        hasher.hash(user.password().value()),
                        user.roles()));
                LOG.log(Level.INFO, "made the first user {0} with roles {1}", new Object[] {
                    user.username(), user.roles()
                });
            }
        }
        if (isMissing(entities, "select count(a) from Agent a where a.isDefault = true", null)) {
            entities.persist(new Agent(
                    DemoTenant.ID, DemoTenant.AGENT, null, true, clock.instant().truncatedTo(ChronoUnit.MICROS)));
        }
        return null;
    }

    private static boolean isMissing(EntityManager entities, String count, @Nullable String name) {
        var query = entities.createQuery(count, Long.class);
        if (name != null) {
            query.setParameter("name", name);
        }
        return query.getSingleResult() == 0;
    }
}
