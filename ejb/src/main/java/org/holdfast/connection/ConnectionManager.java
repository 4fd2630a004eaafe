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
import java.util.Optional;
import java.util.function.Function;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.holdfast.driver.CommitReport;
import org.holdfast.topology.CurrentTopology;
import org.holdfast.topology.LogPosition;
import org.holdfast.topology.Node;
import org.holdfast.topology.NodeFailed;
import org.holdfast.topology.Topology;

/**
 * Runs work in a session: one transaction on one node. The methods without options take what the current request asks for
 * ({@link DatabaseCall}) and leave their report there.
 *
 * <p>Work fails with a {@link SessionException}, or with its own exception after a rollback. Sessions do not nest. Thread-safe.
 */
@ApplicationScoped
public class ConnectionManager {
    private static final Logger LOG = Logger.getLogger(ConnectionManager.class.getName());
    private static final int TRANSACTION_SECONDS_MAX = 60;

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
    SessionTokens tokens;

    @Inject
    DatabaseCall call;

    @Inject
    Event<NodeFailed> nodeFailed;

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
        call.record(ended.report());
        return ended.value();
    }

    private record Ended<T>(T value, SessionReport report) {}

    private <T> Ended<T> session(AccessIntent intent, SessionOptions options, Function<EntityManager, T> work) {
        Topology snapshot = topology.get();
        Node node = route(snapshot, intent, options);
        begin();
        boolean isCommitting = false;
        try {
            registry.putResource(PinnedRoute.KEY, new PinnedRoute(node.id(), intent, options.tenant()));
            CommitReport.start(intent == AccessIntent.WRITE);
            T value = work.apply(entities);
            if (intent == AccessIntent.WRITE) {
                // Here, not in the container's commit, whose errors have lost their cause.
                entities.flush();
            }
            isCommitting = true;
            commit(node);
            return new Ended<>(value, report(snapshot, node, intent, options, CommitReport.take()));
        } catch (RuntimeException
                | RollbackException
                | HeuristicMixedException
                | HeuristicRollbackException
                | SystemException failure) {
            throw failed(node, intent, isCommitting, failure);
        } finally {
            endTransaction();
        }
    }

    private Node route(Topology snapshot, AccessIntent intent, SessionOptions options) {
        if (intent == AccessIntent.WRITE) {
            return policy.routeWrite(snapshot);
        }
        Optional<ConsistencyToken> token = options.token();
        if (token.isPresent() && token.get().epoch() > snapshot.epoch()) {
            throw new RefusedException(
                    ErrorCategory.VALIDATION,
                    "Holdfast-Token names epoch " + token.get().epoch() + ", but the newest is " + snapshot.epoch());
        }
        return policy.routeRead(
                snapshot,
                options.consistency(),
                token.or(() -> tokens.of(options)),
                options.actor().hashCode());
    }

    private void begin() {
        try {
            transaction.setTransactionTimeout(TRANSACTION_SECONDS_MAX);
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
        if (intent == AccessIntent.READ) {
            return new SessionReport(node.id(), snapshot.epoch(), Optional.empty(), Optional.empty());
        }
        Optional<ConsistencyToken> token = commit.flatMap(CommitReport::position)
                .map(position -> new ConsistencyToken(snapshot.epoch(), LogPosition.parse(position)));
        token.ifPresent(written -> tokens.remember(options, written));
        return new SessionReport(node.id(), snapshot.epoch(), token, Optional.of(Durability.local));
    }

    private RuntimeException failed(Node node, AccessIntent intent, boolean isCommitting, Exception failure) {
        Optional<SQLException> answer = CommitReport.take().flatMap(CommitReport::failure);
        boolean mayHaveCommitted = intent == AccessIntent.WRITE && isCommitting && answer.isPresent();
        RuntimeException classified = ErrorClassifier.classify(node.id(), failure, answer, mayHaveCommitted);
        if (classified instanceof SessionException known
                && (known.category() == ErrorCategory.CONNECTION || known.category() == ErrorCategory.IN_DOUBT)) {
            nodeFailed.fireAsync(new NodeFailed(node.id()));
        }
        return classified;
    }

    // A rollback that fails leaves nothing behind that commits: the server drops the connection with the transaction.
    private void endTransaction() {
        CommitReport.take();
        try {
            if (transaction.getStatus() != Status.STATUS_NO_TRANSACTION) {
                transaction.rollback();
            }
        } catch (SystemException | IllegalStateException failure) {
            LOG.log(Level.SEVERE, "a rollback failed", failure);
        }
    }
}
