package org.holdfast.it.container;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jakarta.annotation.Resource;
import jakarta.inject.Inject;
import jakarta.persistence.EntityManager;
import jakarta.persistence.PersistenceContext;
import jakarta.transaction.HeuristicMixedException;
import jakarta.transaction.HeuristicRollbackException;
import jakarta.transaction.NotSupportedException;
import jakarta.transaction.RollbackException;
import jakarta.transaction.Status;
import jakarta.transaction.Synchronization;
import jakarta.transaction.SystemException;
import jakarta.transaction.TransactionManager;
import jakarta.transaction.TransactionSynchronizationRegistry;
import jakarta.transaction.UserTransaction;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.holdfast.connection.AccessIntent;
import org.holdfast.connection.ConnectionManager;
import org.holdfast.connection.Consistency;
import org.holdfast.connection.DatabaseCall;
import org.holdfast.connection.Durability;
import org.holdfast.connection.ErrorCategory;
import org.holdfast.connection.OutcomeUnknownException;
import org.holdfast.connection.RefusedException;
import org.holdfast.connection.RollbackFailed;
import org.holdfast.connection.SessionException;
import org.holdfast.connection.SessionOptions;
import org.holdfast.connection.SessionReport;
import org.holdfast.it.RunningSystem;
import org.holdfast.migration.SchemaState;
import org.holdfast.model.agent.Agent;
import org.holdfast.model.tenant.Tenant;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.arquillian.container.test.api.RunAsClient;
import org.jboss.arquillian.junit5.ArquillianExtension;
import org.jboss.shrinkwrap.api.spec.EnterpriseArchive;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(ArquillianExtension.class)
class ApplicationInEarIT {
    private static final Instant NOW = Instant.parse("2026-01-31T10:00:00Z");
    private static final UUID TENANT = UUID.fromString("00000000-0000-7000-8000-000000000001");
    private static final UUID OTHER_TENANT = UUID.fromString("00000000-0000-7000-8000-000000000002");

    @Deployment
    static EnterpriseArchive ear() {
        return TestArchive.withBeans(
                TestArchive.with(
                        ApplicationInEarIT.class,
                        Backends.class,
                        FailedRollbacks.class,
                        FailingResource.class,
                        Flaky.class,
                        ForgottenResource.class),
                StepOfATest.class);
    }

    @Inject
    ConnectionManager connections;

    @Inject
    DatabaseCall call;

    @Inject
    SchemaState schema;

    @Inject
    Flaky flaky;

    @Inject
    FailedRollbacks failedRollbacks;

    @PersistenceContext(unitName = "holdfast")
    EntityManager entities;

    @Resource
    UserTransaction transaction;

    @Resource(lookup = "java:appserver/TransactionManager")
    TransactionManager transactions;

    @Resource
    TransactionSynchronizationRegistry registry;

    @BeforeEach
    void twoTenants() {
        if (schema == null) {
            return; // on the client's side
        }
        long deadline = System.nanoTime() + 60_000_000_000L;
        while (!schema.isReady() && System.nanoTime() < deadline) {
            Thread.onSpinWait();
        }
        assertThat(schema.isReady()).as("the schema is ready within 60 s").isTrue();
        for (UUID id : List.of(TENANT, OTHER_TENANT)) {
            connections.write(SessionOptions.system(id), em -> {
                if (em.find(Tenant.class, id) == null) {
                    em.persist(new Tenant(id, "tenant " + id));
                }
                return id;
            });
        }
    }

    private static SessionOptions reading(UUID tenant, Consistency consistency) {
        return new SessionOptions(Optional.of(tenant), "test", consistency, Optional.empty(), Durability.local);
    }

    private static Agent agent(String name) {
        return new Agent(TENANT, name + " " + UUID.randomUUID(), null, false, NOW);
    }

    private boolean exists(Agent agent) {
        return connections.read(reading(TENANT, Consistency.strong), em -> em.find(Agent.class, agent.id()) != null);
    }

    private static long number(EntityManager em, String query) {
        return ((Number) em.createNativeQuery(query).getSingleResult()).longValue();
    }

    private Agent written(String name) {
        Agent agent = agent(name);
        connections.write(SessionOptions.system(TENANT), em -> {
            em.persist(agent);
            return agent;
        });
        return agent;
    }

    // As the current request asks, so that its report tells whether a node was asked: each such session leaves
    // a new one.
    @SuppressWarnings("ReferenceEquality")
    private boolean isReadWithoutANode(Agent agent) {
        Optional<SessionReport> before = call.report();
        Agent found = connections.read(em -> em.find(Agent.class, agent.id()));
        assertThat(found.name()).isEqualTo(agent.name());
        return call.report().orElse(null) == before.orElse(null);
    }

    @Test
    void whatTheCacheHasCostsNoConnectionAndARollbackLeavesNothingInIt() {
        // The writer itself: nobody else is promised to see at once what it wrote.
        call.ask(SessionOptions.system(TENANT));
        long deadline = System.nanoTime() + 30_000_000_000L;
        // Redis is believed a moment after the start, and only then does a commit leave something.
        Agent agent = written("cached");
        while (!isReadWithoutANode(agent) && System.nanoTime() < deadline) {
            agent = written("cached");
        }
        assertThat(isReadWithoutANode(agent)).isTrue();

        UUID id = agent.id();
        assertThatThrownBy(() -> connections.write(SessionOptions.system(TENANT), em -> {
                    em.find(Agent.class, id).rename("never " + id, NOW);
                    em.flush();
                    throw new IllegalArgumentException("of the work itself");
                }))
                .isInstanceOf(IllegalArgumentException.class);

        assertThat(connections.<String>read(em -> em.find(Agent.class, id).name()))
                .isEqualTo(agent.name());
        call.ask(reading(OTHER_TENANT, Consistency.session));
        assertThat(connections.<Optional<Agent>>read(em -> Optional.ofNullable(em.find(Agent.class, id))))
                .isEmpty();
    }

    @Test
    void aWriteIsThereAndItsTokenTellsWhere() {
        Agent agent = agent("written");
        call.ask(SessionOptions.system(TENANT));

        connections.write(em -> {
            em.persist(agent);
            return agent;
        });

        SessionReport report = call.report().orElseThrow();
        assertThat(report.node().name()).isEqualTo("primary");
        assertThat(report.token().orElseThrow().epoch()).isEqualTo(1);
        assertThat(report.durability()).contains(Durability.local);
        assertThat(exists(agent)).isTrue();
    }

    @Test
    void aFlushInTheCommitBelongsToTheTransaction() {
        Agent agent = agent("rolled back");

        // The persist happens while the transaction completes: a connection first taken there must be enlisted.
        assertThatThrownBy(() -> connections.write(SessionOptions.system(TENANT), em -> {
                    registry.registerInterposedSynchronization(new Synchronization() {
                        @Override
                        public void beforeCompletion() {
                            em.persist(agent);
                            em.flush();
                            registry.setRollbackOnly();
                        }

                        @Override
                        public void afterCompletion(int status) {
                            assertThat(status).isEqualTo(Status.STATUS_ROLLEDBACK);
                        }
                    });
                    return agent;
                }))
                .isInstanceOf(RuntimeException.class);

        assertThat(exists(agent)).isFalse();
    }

    @Test
    void workThatThrowsLeavesNothing() {
        Agent agent = agent("thrown");

        assertThatThrownBy(() -> connections.write(SessionOptions.system(TENANT), em -> {
                    em.persist(agent);
                    em.flush();
                    throw new IllegalStateException("the work gave up");
                }))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("the work gave up");

        assertThat(exists(agent)).isFalse();
    }

    @Test
    void oneSessionIsOneConnectionAndOneTransaction() {
        Agent agent = agent("one connection");

        List<Long> seen = connections.write(SessionOptions.system(TENANT), em -> {
            long before = number(em, "select pg_backend_pid()");
            long transactionBefore = number(em, "select pg_current_xact_id()::text::bigint");
            em.persist(agent);
            em.flush();
            assertThat(em.find(Agent.class, agent.id())).isSameAs(agent);
            return List.of(
                    before,
                    number(em, "select pg_backend_pid()"),
                    transactionBefore,
                    number(em, "select pg_current_xact_id()::text::bigint"));
        });

        assertThat(seen.get(0)).isEqualTo(seen.get(1));
        assertThat(seen.get(2)).isEqualTo(seen.get(3));
    }

    @Test
    void eventualReadsRunOnAReplicaAndStrongOnesOnThePrimary() {
        String isReplica = "select pg_is_in_recovery()";

        assertThat((Boolean) connections.read(
                        reading(TENANT, Consistency.eventual),
                        em -> em.createNativeQuery(isReplica).getSingleResult()))
                .isTrue();
        assertThat((Boolean) connections.read(
                        reading(TENANT, Consistency.strong),
                        em -> em.createNativeQuery(isReplica).getSingleResult()))
                .isFalse();
    }

    @Test
    void aReadSessionCannotWrite() {
        Agent agent = agent("in a read session");

        assertThatThrownBy(() -> connections.read(reading(TENANT, Consistency.strong), em -> {
                    em.persist(agent);
                    em.flush();
                    return agent;
                }))
                .isInstanceOf(SessionException.class);

        assertThat(exists(agent)).isFalse();
    }

    @Test
    void aTenantSeesItsOwnRowsOnly() {
        Agent agent = agent("tenanted");
        connections.write(SessionOptions.system(TENANT), em -> {
            em.persist(agent);
            return agent;
        });

        assertThat(connections.<@org.jspecify.annotations.Nullable Agent>read(
                        reading(OTHER_TENANT, Consistency.strong), em -> em.find(Agent.class, agent.id())))
                .isNull();
        assertThatThrownBy(() -> connections.write(SessionOptions.system(OTHER_TENANT), em -> {
                    em.persist(agent("smuggled"));
                    return "";
                }))
                .isInstanceOfSatisfying(
                        RefusedException.class,
                        refused -> assertThat(refused.category()).isEqualTo(ErrorCategory.PERMISSION));
    }

    @Test
    void aConnectionThatDiesBeforeTheCommitLeavesTheOutcomeUnknown() {
        Agent agent = agent("in doubt");

        assertThatThrownBy(() -> connections.write(SessionOptions.system(TENANT), em -> {
                    em.persist(agent);
                    em.flush();
                    long pid = number(em, "select pg_backend_pid()");
                    registry.registerInterposedSynchronization(new Synchronization() {
                        @Override
                        public void beforeCompletion() {
                            // Any other session of the same role may end this one.
                            Backends.terminate(pid);
                        }

                        @Override
                        public void afterCompletion(int status) {
                            // Whatever the container says here of the outcome is a guess.
                        }
                    });
                    return agent;
                }))
                .isInstanceOf(OutcomeUnknownException.class);

        assertThat(exists(agent)).isFalse();
    }

    @Test
    void aRollbackThatFailsRaisesAnAlert() throws InterruptedException {
        Agent agent = agent("never");
        failedRollbacks.forget();

        assertThatThrownBy(() -> connections.write(SessionOptions.system(TENANT), em -> {
                    em.persist(agent);
                    em.flush();
                    Backends.terminate(number(em, "select pg_backend_pid()"));
                    throw new IllegalStateException("the work gave up");
                }))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("the work gave up");

        RollbackFailed alert = failedRollbacks.next(Duration.ofSeconds(10)).orElseThrow();
        assertThat(alert.node().name()).isEqualTo("primary");
        assertThat(alert.intent()).isEqualTo(AccessIntent.WRITE);
        assertThat(exists(agent)).isFalse();
    }

    @Test
    void aCommitIsNoFailureBecauseOfWhatTheContainerDoesAfterIt() {
        Agent agent = agent("committed");

        // Its part is committed after the database's, and is lost.
        connections.write(SessionOptions.system(TENANT), em -> {
            FailingResource.enlist(transactions);
            em.persist(agent);
            return agent;
        });

        assertThat(exists(agent)).isTrue();
    }

    @Test
    void aDatabaseUsedOutsideASessionIsRefused()
            throws NotSupportedException, SystemException, HeuristicMixedException, HeuristicRollbackException,
                    RollbackException {
        transaction.begin();
        try {
            assertThatThrownBy(() -> number(entities, "select 1"))
                    .hasStackTraceContaining("a database was used in a transaction that no session");
        } finally {
            transaction.rollback();
        }
    }

    @Test
    void sessionsDoNotNest() {
        assertThatThrownBy(() -> connections.read(
                        reading(TENANT, Consistency.eventual),
                        outer -> connections.read(reading(TENANT, Consistency.eventual), inner -> 1)))
                .isInstanceOf(IllegalStateException.class);
    }

    /** Fails when an EAR's MicroProfile Fault Tolerance is silently off, as it is without the extension jar. */
    @Test
    void aStepInJavaIsFoundByItsType() {
        assertThat(StepOfATest.IS_FOUND).isTrue();
    }

    @Test
    void faultToleranceAnnotationsAreApplied() {
        assertThat(flaky.succeedAtTheThirdCall()).isEqualTo(3);
    }

    @Test
    @RunAsClient
    void anEndpointThatSaysNothingOfItsCallersIsRefused() throws IOException, InterruptedException {
        HttpResponse<String> answer = HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(URI.create(RunningSystem.get().baseUri() + "/api/forgotten"))
                                .build(),
                        HttpResponse.BodyHandlers.ofString());

        assertThat(answer.statusCode()).isIn(401, 403);
        assertThat(answer.body()).doesNotContain("everybody got in");
    }
}
