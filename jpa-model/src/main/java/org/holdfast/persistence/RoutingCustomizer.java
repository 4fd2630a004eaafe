package org.holdfast.persistence;

import org.eclipse.persistence.config.SessionCustomizer;
import org.eclipse.persistence.sessions.DatabaseLogin;
import org.eclipse.persistence.sessions.DatasourceLogin;
import org.eclipse.persistence.sessions.JNDIConnector;
import org.eclipse.persistence.sessions.Session;
import org.eclipse.persistence.sessions.server.ConnectionPool;
import org.eclipse.persistence.sessions.server.ServerSession;

/**
 * Replaces the DataSource of the persistence unit by the application's own, found when the first connection is wanted. So
 * the unit deploys while every database is down, and an entity has one identity whichever node it was read from.
 */
public final class RoutingCustomizer implements SessionCustomizer {
    @Override
    public void customize(Session session) {
        JNDIConnector connector = new JNDIConnector(new LocatedDataSource());
        DatabaseLogin login = session.getLogin();
        login.setConnector(connector);
        // By itself EclipseLink would try a query three times, 5 s apart, on a node that is down.
        login.setConnectionHealthValidatedOnError(false);
        login.setQueryRetryAttemptCount(0);
        login.setDelayBetweenConnectionAttempts(0);
        if (session instanceof ServerSession server) {
            route(server.getReadConnectionPool(), connector);
            server.getConnectionPools().values().forEach(pool -> route(pool, connector));
        }
    }

    private static void route(ConnectionPool pool, JNDIConnector connector) {
        if (pool.getLogin() instanceof DatasourceLogin login) {
            login.setConnector(connector);
        }
    }
}
