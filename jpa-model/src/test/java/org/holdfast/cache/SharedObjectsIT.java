package org.holdfast.cache;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.persistence.CacheRetrieveMode;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.awaitility.Awaitility;
import org.eclipse.persistence.descriptors.ClassDescriptor;
import org.eclipse.persistence.sessions.SessionEvent;
import org.eclipse.persistence.sessions.SessionEventAdapter;
import org.eclipse.persistence.sessions.server.ServerSession;
import org.holdfast.cache.StressContext.Work;
import org.holdfast.cache.entities.Ticket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Threads of one instance share the objects of the near cache: what one builds, others are copying. */
class SharedObjectsIT {
    private final Servers servers = Servers.get();
    private final RoutedPool pool = new RoutedPool(servers);
    private final Instance instance = Instance.startOn(
                    pool, servers, "test-" + UUID.randomUUID(), StressContext.class, Map.of())
            .awaitTrust();
    private final ServerSession session = instance.factory().unwrap(ServerSession.class);

    @BeforeEach
    void oneThatTheReplicaHas() {
        servers.goOnWithReplay();
        servers.execute("truncate cachetest.ticket");
        servers.execute("insert into cachetest.ticket (id, version, text) values (1, 1, 'old')");
        Awaitility.await().atMost(Duration.ofSeconds(10)).until(servers::isReplicaUpToDate);
        servers.stopReplay();
    }

    @AfterEach
    void stop() {
        StressContext.begin(Work.ON_PRIMARY);
        servers.goOnWithReplay();
        instance.close();
        pool.close();
    }

    private String text() {
        return instance.read(entities -> entities.find(Ticket.class, 1L).text);
    }

    private void rewrite(String text) {
        instance.write(entities -> entities.find(Ticket.class, 1L).rewrite(text, false));
    }

    private String textOnReplica() {
        StressContext.begin(Work.ON_REPLICA);
        try {
            return text();
        } finally {
            StressContext.begin(Work.ON_PRIMARY);
        }
    }

    private Ticket shared() {
        return (Ticket) session.getIdentityMapAccessorInstance()
                .getIdentityMapManager()
                .getIdentityMap(session.getDescriptor(Ticket.class))
                .get(1L);
    }

    private Region region() {
        return Region.of(session.getDescriptor(Ticket.class)).orElseThrow();
    }

    private NearIdentityMap.Entry entry() {
        Region region = region();
        return Objects.requireNonNull(region.entry(new RowKey(region, region.currentPartition(), 1L)));
    }

    // EclipseLink makes the map of a class at its first use. Of two threads' maps it throws one away.
    @Test
    void anIdentityMapThatWasMadeInVainIsOfNoConsequence() {
        ClassDescriptor descriptor = session.getDescriptor(Ticket.class);
        assertThat(new NearIdentityMap(10, descriptor, session, false).getSize())
                .isZero();

        // On a busy machine the first reads may come before Redis's epoch may be used.
        Awaitility.await().atMost(Duration.ofSeconds(10)).until(() -> {
            long hits = instance.counts("Ticket").nearHits();
            assertThat(text()).isEqualTo("old");
            return instance.counts("Ticket").nearHits() == hits + 1;
        });
    }

    @Test
    void whatAReplicaSaysOverwritesNoSharedObject() {
        rewrite("new");
        instance.factory().getCache().evictAll();

        assertThat(textOnReplica()).as("the replica has nothing else").isEqualTo("old");

        assertThat(shared().text).isEqualTo("new");
        assertThat(text()).isEqualTo("new");
    }

    @Test
    void whoMustKnowEverythingSharesNoObject() {
        assertThat(text()).isEqualTo("old");
        Ticket shared = shared();
        servers.execute("update cachetest.ticket set version = 2, text = 'new'");

        StressContext.begin(new Work(
                false, OptionalLong.of(System.nanoTime() + Duration.ofMinutes(1).toNanos())));
        assertThat(text()).isEqualTo("new");

        assertThat(shared.text).as("others may be copying it").isEqualTo("old");
        StressContext.begin(Work.ON_PRIMARY);
        assertThat(text()).as("the process has seen a newer row").isEqualTo("new");
    }

    // A thread with an older row builds the object anew between another one's read and its commit. The version cannot
    // tell, because the statement in between did not count it.
    @Test
    void whatIsCommittedIsNotMergedIntoAnotherRow() {
        assertThat(text()).isEqualTo("old");
        long before = entry().asOf();
        instance.write(entities -> entities.createNativeQuery("update cachetest.ticket set text = 'new'")
                .executeUpdate());
        // The region has been emptied, and takes rows again a moment later.
        Awaitility.await().atMost(Duration.ofSeconds(10)).until(() -> {
            assertThat(text()).isEqualTo("new");
            return entry().admittedStamp() > before;
        });

        instance.write(entities -> {
            Ticket ticket = entities.find(Ticket.class, 1L);
            assertThat(ticket.text).isEqualTo("new");
            Ticket shared = shared();
            shared.text = "old";
            entry().built(1, before);
            ticket.rewrite("said", true);
        });

        Ticket read = instance.read(entities -> entities.find(Ticket.class, 1L));
        assertThat(read.text + " " + read.remark).isEqualTo("new said");
    }

    // Another thread whose row is older could do the same, before this one has copied it.
    @Test
    void whatMayNotBeKeptIsBuiltForItsReaderAlone() {
        assertThat(text()).isEqualTo("old");
        Ticket shared = shared();
        servers.execute("update cachetest.ticket set version = 2, text = 'new'");
        region().freeze(Duration.ofMinutes(1).toNanos());

        Ticket read = instance.read(entities -> entities.find(
                Ticket.class, 1L, Map.of("jakarta.persistence.cache.retrieveMode", CacheRetrieveMode.BYPASS)));
        assertThat(read.text).isEqualTo("new");

        assertThat(shared.text).as("others may be copying it").isEqualTo("old");
        region().freeze(0);
    }

    @Test
    void aReadBetweenACommitAndItsEndDoesNotComeBackAsTheCommittedRow() {
        assertThat(text()).isEqualTo("old");
        AtomicBoolean isRead = new AtomicBoolean();
        // Before the cache hears of it.
        session.getEventManager().getListeners().add(0, new SessionEventAdapter() {
            @Override
            public void postCommitUnitOfWork(SessionEvent event) {
                // That read has an end too.
                if (isRead.compareAndSet(false, true)) {
                    CompletableFuture.supplyAsync(SharedObjectsIT.this::textOnReplica)
                            .orTimeout(5, TimeUnit.SECONDS)
                            .join();
                }
            }
        });

        rewrite("new");

        assertThat(text()).isEqualTo("new");
    }
}
