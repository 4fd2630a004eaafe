package org.holdfast.launcher;

import java.io.IOException;
import java.io.StringReader;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Properties;

/** What the last start was asked for, so that {@code status} and {@code node} find the same topology again. */
final class SavedTopology {
    private static final String SERVER = "server";
    private static final String INSTANCES = "instances";

    private final Properties properties;

    private SavedTopology(Properties properties) {
        this.properties = properties;
    }

    static SavedTopology of(TopologySettings settings) {
        Properties properties = new Properties();
        settings.ports().saveTo(properties);
        properties.setProperty(SERVER, settings.server().name());
        properties.setProperty(INSTANCES, Integer.toString(settings.instances()));
        return new SavedTopology(properties);
    }

    /** Empty where nothing was saved yet. */
    static SavedTopology read(Home home) {
        Properties properties = new Properties();
        if (home.exists() && Files.exists(home.state())) {
            try {
                properties.load(new StringReader(Files.readString(home.state())));
            } catch (IOException e) {
                throw new LauncherException("cannot read " + home.state() + ": " + e.getMessage(), e);
            }
        }
        return new SavedTopology(properties);
    }

    Properties ports() {
        return properties;
    }

    ServerKind server() {
        return ServerKind.valueOf(properties.getProperty(SERVER, ServerKind.NONE.name()));
    }

    int instances() {
        return Integer.parseInt(properties.getProperty(INSTANCES, "1"));
    }

    void write(Home home) {
        try {
            StringWriter text = new StringWriter();
            properties.store(text, null);
            Path aside = home.state().resolveSibling("topology.new");
            Files.writeString(aside, text.toString());
            Files.move(aside, home.state(), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new LauncherException("cannot write " + home.state() + ": " + e.getMessage(), e);
        }
    }
}
