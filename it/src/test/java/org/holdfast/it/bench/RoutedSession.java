package org.holdfast.it.bench;

import jakarta.transaction.Status;
import jakarta.transaction.Synchronization;
import jakarta.transaction.TransactionSynchronizationRegistry;
import java.sql.Connection;
import javax.naming.Context;
import javax.naming.InitialContext;
import javax.naming.NamingException;
import javax.naming.spi.NamingManager;
import javax.sql.DataSource;
import org.holdfast.connection.AccessIntent;
import org.holdfast.connection.RouteOfOneNode;
import org.holdfast.connection.RoutingDataSource;
import org.holdfast.topology.Node;
import org.jspecify.annotations.Nullable;

/**
 * The EAR's own routing DataSource outside a container: this stands in for the server's transaction and its naming service,
 * and for nothing else. One transaction at a time, as one thread has.
 */
final class RoutedSession implements TransactionSynchronizationRegistry {
    private final RoutingDataSource routing = new RoutingDataSource();
    private final RouteOfOneNode routes;
    private @Nullable Object route;

    RoutedSession(Node node, DataSource primary) throws NamingException {
        this.routes = new RouteOfOneNode(node);
        NamingManager.setInitialContextFactoryBuilder(environment -> sameEnvironment -> names(primary, this));
    }

    private static Context names(DataSource primary, TransactionSynchronizationRegistry registry)
            throws NamingException {
        return new InitialContext(true) {
            @Override
            public Object lookup(String name) {
                return name.startsWith("jdbc/") ? primary : registry;
            }
        };
    }

    /**
     * A connection of a new transaction.
     *
     * @param isTold whether the connection is told the tenant first, which takes a round trip of its own
     */
    Connection begin(AccessIntent intent, boolean isTold) {
        route = routes.next(intent, isTold);
        return routing.getConnection();
    }

    @Override
    public @Nullable Object getResource(Object key) {
        return route;
    }

    @Override
    public Object getTransactionKey() {
        return this;
    }

    @Override
    public void putResource(Object key, Object value) {
        throw new UnsupportedOperationException("the benchmark begins its transactions itself");
    }

    @Override
    public void registerInterposedSynchronization(Synchronization synchronization) {
        throw new UnsupportedOperationException("there is no transaction manager here");
    }

    @Override
    public int getTransactionStatus() {
        return Status.STATUS_ACTIVE;
    }

    @Override
    public void setRollbackOnly() {
        throw new UnsupportedOperationException("there is no transaction manager here");
    }

    @Override
    public boolean getRollbackOnly() {
        return false;
    }
}
