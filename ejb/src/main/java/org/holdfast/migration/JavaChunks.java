package org.holdfast.migration;

import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;

/** The steps in Java that this application has, by the names that files call them. Immutable. */
final class JavaChunks {
    // A header's words end at blanks and commas.
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9._-]+");

    private final Map<String, JavaChunk> byName = new TreeMap<>();

    private JavaChunks() {}

    static JavaChunks none() {
        return new JavaChunks();
    }

    /** @throws IllegalStateException when two have the same name, or one has a name that no file can say */
    static JavaChunks of(Iterable<JavaChunk> steps) {
        JavaChunks chunks = new JavaChunks();
        for (JavaChunk step : steps) {
            String name = step.name();
            if (!NAME.matcher(name).matches()) {
                throw new IllegalStateException("the Java step " + describe(step) + " has the name '" + name
                        + "', which no migration can say: it must be of the form " + NAME);
            }
            JavaChunk other = chunks.byName.put(name, step);
            if (other != null) {
                throw new IllegalStateException("the Java steps " + describe(other) + " and " + describe(step)
                        + " have the same name '" + name + "': which of them a migration means cannot be told");
            }
        }
        return chunks;
    }

    private static String describe(JavaChunk step) {
        return step.getClass().getName();
    }

    Optional<JavaChunk> named(String name) {
        return Optional.ofNullable(byName.get(name));
    }

    /** In their order. */
    Set<String> names() {
        return new TreeMap<>(byName).keySet();
    }
}
