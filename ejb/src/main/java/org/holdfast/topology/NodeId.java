package org.holdfast.topology;

import java.util.regex.Pattern;

/**
 * The name of one PostgreSQL server, as in its JNDI name {@code jdbc/<name>}.
 *
 * @param name a letter, then at most 30 letters or digits
 */
public record NodeId(String name) {
    private static final Pattern NAME = Pattern.compile("[a-zA-Z][a-zA-Z0-9]{0,30}");

    public NodeId {
        if (!NAME.matcher(name).matches()) {
            throw new IllegalArgumentException(
                    "node name '" + name + "' is not a letter followed by at most 30 letters or digits");
        }
    }

    @Override
    public String toString() {
        return name;
    }
}
