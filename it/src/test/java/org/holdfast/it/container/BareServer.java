package org.holdfast.it.container;

import org.holdfast.it.RunningSystem;
import org.junit.platform.launcher.LauncherSession;
import org.junit.platform.launcher.LauncherSessionListener;

/**
 * Starts the server that Arquillian deploys to before Arquillian reads its configuration, which names the server's ports.
 * Does nothing in the other test runs.
 */
public final class BareServer implements LauncherSessionListener {
    @Override
    public void launcherSessionOpened(LauncherSession session) {
        if (System.getProperty("holdfast.system", "").equals("bare-server")) {
            RunningSystem system = RunningSystem.get();
            System.setProperty(
                    "holdfast.payara.home", system.topology().payaraHome().toString());
            System.setProperty("holdfast.admin.port", Integer.toString(system.adminPort()));
        }
    }
}
