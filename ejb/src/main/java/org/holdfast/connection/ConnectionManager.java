package org.holdfast.connection;

import jakarta.annotation.Resource;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Event;
import jakarta.inject.Inject;
import jakarta.persistence.EntityManager;
import jakarta.persistence.PersistenceContext;
import jakarta.transaction.HeuristicMixedException;
import jakarta.transaction.HeuristicRollbackException;
import jakarta.transaction.NotSupportedException;
import jakarta.transaction.RollbackException;
import jakarta.transaction.Status;
import jakarta.transaction.SystemException;
import jakarta.transaction.TransactionManager;
import jakarta.transaction.TransactionSynchronizationRegistry;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Function;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.holdfast.connection.RoutingPolicy.Route;
import org.holdfast.driver.CommitReport;
import org.holdfast.topology.CurrentTopology;
import org.holdfast.topology.LogPosition;
import org.holdfast.topology.Node;
import org.holdfast.topology.NodeFailed;
import org.holdfast.topology.Topology;
import org.holdfast.topology.TopologyConfig;

/**
 * Runs work in a session: one transaction on one node. The methods without options take what the current request asks for
 * ({@link DatabaseCall}) and leave their report there.
 *
 * <p>Work fails with a {@link SessionException}, or with its own exception after a rollback. Sessions do not nest. Thread-safe.
 */
@ApplicationScoped
public class ConnectionManager {
    private static final Logger LOG = Logger.getLogger(ConnectionManager.class.getName());
    private static final long PAUSE_MILLIS_FIRST = 5;
    private static final long PAUSE_MILLIS_MAX = 200;

    private static final String LEASE_EPOCH = "select ops.assert_lease()";
    // The *flush* position: the insert position may point past a page header that an idle server never reaches.
    private static final String FLUSHED = "select pg_current_wal_flush_lsn()";

    @PersistenceContext(unitName = "holdfast")
    EntityManager entities;

    // Not a UserTransaction: the server hands that only to some of its components, and a session may begin in any.
    @Resource(lookup = "java:appserver/TransactionManager")
    TransactionManager transaction;

    @Resource
    TransactionSynchronizationRegistry registry;

    @Inject
    CurrentTopology topology;

    @Inject
    RoutingPolicy policy;

    @Inject
    TopologyConfig nodes;

    @Inject
    TimeLimits limits;

    @Inject
    RetryConfig retry;

    @Inject
    ReplayedPositions replayed;

    @Inject
    SessionTokens tokens;

    @Inject
    SharedTokens shared;

    @Inject
    DurableWrites durable;

    @Inject
    DatabaseCall call;

    @Inject
    Event<NodeFailed> nodeFailed;

    @Inject
    Event<RollbackFailed> rollbackFailed;

    @Inject
    NodeGates gates;

    @Inject
    SessionJournal journal;

    @Inject
    EntityCaches caches;

    /** Reads, as the current request asks. */
    public <T> T read(Function<EntityManager, T> work) {
        return inRequest(AccessIntent.READ, work);
    }

    /** Reads and writes, as the current request asks. */
    public <T> T write(Function<EntityManager, T> work) {
        return inRequest(AccessIntent.WRITE, work);
    }

    /** Reads outside a request. */
    public <T> T read(SessionOptions options, Function<EntityManager, T> work) {
        return session(AccessIntent.READ, options, work).value();
    }

    /** Reads and writes outside a request. */
    public <T> T write(SessionOptions options, Function<EntityManager, T> work) {
        return session(AccessIntent.WRITE, options, work).value();
    }

    private <T> T inRequest(AccessIntent intent, Function<EntityManager, T> work) {
        Ended<T> ended = session(intent, call.options(), work);
        ended.report().ifPresent(call::record);
        return ended.value();
    }

    /** @param report empty when no node was asked */
    private record Ended<T>(T value, Optional<SessionReport> report) {}

    private <T> Ended<T> session(AccessIntent intent, SessionOptions options, Function<EntityManager, T> work) {
        SessionTrace trace = journal.begin(intent);
        try {
            Ended<T> ended = attempts(trace, intent, options, work);
            journal.committed(trace);
            return ended;
        } catch (RuntimeException failure) {
            journal.failed(trace, failure);
            throw failure;
        }
    }

    // Work that has not happened is tried again until its time is up: while the writer is being switched callers wait.
    private <T> Ended<T> attempts(
            SessionTrace trace, AccessIntent intent, SessionOptions asked, Function<EntityManager, T> work) {
        SessionOptions options = intent == AccessIntent.READ ? shared.of(asked, topology.get()) : asked;
        SessionTokens.Since since = tokens.since(options, System.nanoTime());
        boolean isReplicaBehind = false;
        for (int attempt = 1; ; attempt++) {
            Topology snapshot = topology.get();
            trace.attempt(snapshot.epoch());
            try (NodePass pass = journal.enter(route(snapshot, intent, options, isReplicaBehind), trace)) {
                Ended<T> ended = attempt(
                        pass,
                        CacheView.of(snapshot, pass.route().node(), intent, options, since, System.nanoTime()),
                        snapshot,
                        intent,
                        options,
                        work);
                if (options.consistency() != asked.consistency()
                        && ended.report().isPresent()) {
                    shared.readHead(asked);
                }
                return ended;
            } catch (ReplicaBehindException behind) {
                journal.retried(behind);
                isReplicaBehind = true;
            } catch (NothingHappenedException failure) {
                Duration left = retry.giveUpAfter().minus(trace.age(System.nanoTime()));
                if (!failure.isWorthAnotherAttempt() || left.isNegative() || left.isZero()) {
                    throw failure;
                }
                journal.retried(failure);
                // What the caller did not ask for itself is no reason to wait for the head.
                options = options.consistency() == asked.consistency() ? options : asked;
                LOG.log(Level.FINE, failure, () -> "tried again: " + failure.getMessage());
                pause(snapshot, attempt, left, failure);
            }
        }
    }

    private void pause(Topology seen, int attempt, Duration left, NothingHappenedException failure) {
        long backoff = Math.min(PAUSE_MILLIS_MAX, PAUSE_MILLIS_FIRST << Math.min(attempt, 10));
        Duration pause = Duration.ofMillis(ThreadLocalRandom.current().nextLong(backoff / 2, backoff + 1));
        try {
            topology.awaitChange(seen, pause.compareTo(left) < 0 ? pause : left);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw failure;
        }
    }

    private <T> Ended<T> attempt(
            NodePass pass,
            CacheView cached,
            Topology snapshot,
            AccessIntent intent,
            SessionOptions options,
            Function<EntityManager, T> work) {
        Node node = pass.route().node();
        String replayedQuestion = ReplayedPositions.question(nodes, node, snapshot.epoch());
        begin();
        boolean isCommitting = false;
        try {
            SessionCache.begin(cached);
            registry.putResource(PinnedRoute.KEY, new PinnedRoute(pass, intent, options, limits, replayedQuestion));
            boolean needsLease = intent == AccessIntent.WRITE || options.consistency() == Consistency.strong;
            CommitReport.start(
                    needsLease ? Optional.of(LEASE_EPOCH) : Optional.empty(),
                    Optional.of(node.isHead() ? FLUSHED : "select " + replayedQuestion));
            T value = work.apply(entities);
            if (intent == AccessIntent.WRITE) {
                // Here, not in the container's commit, whose errors have lost their cause.
                entities.flush();
            }
            isCommitting = true;
            commit(node);
            pass.release();
            Optional<CommitReport> commit = CommitReport.take();
            boolean isNodeAsked = intent == AccessIntent.WRITE || pass.isNodeAsked();
            return new Ended<>(
                    value,
                    isNodeAsked ? Optional.of(report(snapshot, node, intent, options, commit)) : Optional.empty());
        } catch (RuntimeException
                | RollbackException
                | HeuristicMixedException
                | HeuristicRollbackException
                | SystemException failure) {
            throw failed(pass, intent, isCommitting, failure);
        } finally {
            endTransaction(node, intent);
            caches.leave();
            SessionCache.end();
        }
    }

    private Route route(Topology snapshot, AccessIntent intent, SessionOptions options, boolean isReplicaBehind) {
        if (intent == AccessIntent.WRITE) {
            return gates.routeWrite(snapshot, System.nanoTime(), policy::routeWrite);
        }
        Optional<ConsistencyToken> token = options.token();
        if (token.isPresent() && token.get().epoch() > snapshot.epoch()) {
            throw unknownEpoch(snapshot, token.get());
        }
        try {
            Consistency consistency = isReplicaBehind ? Consistency.strong : options.consistency();
            List<ConsistencyToken> mustShow = tokens.of(options, token, snapshot.epoch());
            int affinity = options.actor().hashCode();
            return gates.routeRead(
                    snapshot,
                    System.nanoTime(),
                    candidates -> policy.routeRead(candidates, consistency, mustShow, affinity));
        } catch (RefusedException lost) {
            // Told once: a caller that never sends a token could not get rid of it.
            tokens.forget(options);
            shared.forget(options, snapshot.epoch());
            throw lost;
        }
    }

    // An instance that does not see every head may not have heard of a switch yet.
    private static SessionException unknownEpoch(Topology snapshot, ConsistencyToken token) {
        String message = "Holdfast-Token names epoch " + token.epoch() + ", but the newest is " + snapshot.epoch();
        boolean seesAllHeads = snapshot.nodes().stream().allMatch(node -> !node.isHead() || node.isUp());
        return seesAllHeads
                ? new RefusedException(ErrorCategory.VALIDATION, message)
                : new NothingHappenedException(ErrorCategory.CONNECTION, message + " that this instance knows");
    }

    private void begin() {
        try {
            transaction.setTransactionTimeout(Math.toIntExact(limits.request().toSeconds()));
            transaction.begin();
        } catch (NotSupportedException nested) {
            throw new IllegalStateException("a session was begun inside another one", nested);
        } catch (SystemException failure) {
            throw new NothingHappenedException(ErrorCategory.UNKNOWN, "no transaction could be begun", failure);
        }
    }

    // What PostgreSQL answered is the truth: a listener of the container that fails after it does not undo the commit.
    private void commit(Node node)
            throws RollbackException, HeuristicMixedException, HeuristicRollbackException, SystemException {
        try {
            transaction.commit();
        } catch (RuntimeException
                | RollbackException
                | HeuristicMixedException
                | HeuristicRollbackException
                | SystemException failure) {
            if (!CommitReport.isCommittedSoFar()) {
                throw failure;
            }
            LOG.log(Level.WARNING, failure, () -> "committed on " + node.id() + ", but what follows a commit failed");
        }
    }

    private SessionReport report(
            Topology snapshot, Node node, AccessIntent intent, SessionOptions options, Optional<CommitReport> commit) {
        Optional<LogPosition> position = commit.flatMap(CommitReport::position).map(LogPosition::parse);
        // The lease's own epoch is the truth; the snapshot may be older.
        long epoch = commit.flatMap(CommitReport::checked).map(Long::parseLong).orElse(snapshot.epoch());
        if (intent == AccessIntent.READ) {
            position.ifPresent(read -> remember(snapshot, node, options, read));
            return new SessionReport(node.id(), epoch, Optional.empty(), Optional.empty());
        }
        if (epoch > snapshot.epoch() && SessionCache.learnEpoch(epoch)) {
            // The change was told to those who were in the same epoch as this instance, not to those in the commit's.
            caches.empty();
        }
        Optional<ConsistencyToken> token = position.map(written -> new ConsistencyToken(epoch, written));
        token.ifPresent(written -> {
            tokens.written(options, written);
            shared.written(options, written);
        });
        // A wait that the server gave up is no promise, whatever may be true by now.
        Durability reached = options.durability() == Durability.failover
                        && commit.filter(CommitReport::isUnconfirmed).isEmpty()
                        && token.filter(written -> durable.awaitInOtherCluster(written))
                                .isPresent()
                ? Durability.failover
                : Durability.local;
        return new SessionReport(node.id(), epoch, token, Optional.of(reached));
    }

    // What was read once must not be unread by the next read of the same caller elsewhere.
    private void remember(Topology snapshot, Node node, SessionOptions options, LogPosition position) {
        if (node.cluster() == snapshot.writer()) {
            if (!node.isHead()) {
                replayed.learn(snapshot.epoch(), node.id(), position);
            }
            tokens.read(options, new ConsistencyToken(snapshot.epoch(), position), System.nanoTime());
        }
    }

    private RuntimeException failed(NodePass pass, AccessIntent intent, boolean isCommitting, Exception failure) {
        Node node = pass.route().node();
        Optional<CommitReport> commit = CommitReport.take();
        Optional<SQLException> answer = commit.flatMap(CommitReport::failure);
        commit.flatMap(CommitReport::rollbackFailure).ifPresent(cause -> rollbackFailed(node, intent, cause));
        boolean mayHaveCommitted = intent == AccessIntent.WRITE && isCommitting && answer.isPresent();
        RuntimeException classified = ErrorClassifier.classify(node.id(), failure, answer, mayHaveCommitted);
        // The server marks a transaction that took too long, and says so in words of its own at whatever comes next.
        if (answer.isEmpty()
                && !(classified instanceof NothingHappenedException)
                && pass.attemptAge(System.nanoTime()).compareTo(limits.request()) >= 0) {
            return new NothingHappenedException(
                    ErrorCategory.TIMEOUT,
                    "the work took longer than " + limits.request().toSeconds() + " s and was not committed",
                    failure);
        }
        if (classified instanceof SessionException known
                && (known.category() == ErrorCategory.CONNECTION || known.category() == ErrorCategory.IN_DOUBT)) {
            nodeFailed.fireAsync(new NodeFailed(node.id()));
        }
        return classified;
    }

    // A rollback that fails leaves nothing behind that commits: the server drops the connection with the transaction.
    private void endTransaction(Node node, AccessIntent intent) {
        CommitReport.start(Optional.empty(), Optional.empty());
        Optional<Exception> told = rollback();
        // The driver's word is the reason for the container's, which mostly has none.
        CommitReport.take()
                .flatMap(CommitReport::rollbackFailure)
                .<Exception>map(failure -> failure)
                .or(() -> told)
                .ifPresent(failure -> rollbackFailed(node, intent, failure));
    }

    private Optional<Exception> rollback() {
        try {
            if (transaction.getStatus() != Status.STATUS_NO_TRANSACTION) {
                transaction.rollback();
            }
            return Optional.empty();
        } catch (SystemException | IllegalStateException failure) {
            return Optional.of(failure);
        }
    }

    private void rollbackFailed(Node node, AccessIntent intent, Exception cause) {
        rollbackFailed.fireAsync(new RollbackFailed(node.id(), intent, cause));
    }
}
