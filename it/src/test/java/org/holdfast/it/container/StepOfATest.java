package org.holdfast.it.container;

import jakarta.enterprise.context.ApplicationScoped;
import java.sql.Connection;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.holdfast.migration.JavaChunk;

/** A step for data versions that nobody names; it remembers whether somebody wanted to know its own. */
@ApplicationScoped
public class StepOfATest implements JavaChunk {
    public static final AtomicBoolean IS_FOUND = new AtomicBoolean();

    @Override
    public String name() {
        IS_FOUND.set(true);
        return "step-of-a-test";
    }

    @Override
    public void migrate(Connection connection, List<String> keys) {
        throw new IllegalStateException("no file names it");
    }
}
