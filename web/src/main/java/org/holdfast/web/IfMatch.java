package org.holdfast.web;

import jakarta.ws.rs.core.EntityTag;
import java.util.Arrays;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/** The versions that a caller's {@code If-Match} allows to change. Throws 412 for any other. */
public final class IfMatch implements LongConsumer {
    private final @Nullable String header;

    /**
     * What the header says.
     *
     * @param header null when it was not sent, which allows every version
     */
    public IfMatch(@Nullable String header) {
        this.header = header;
    }

    /** The entity tag of a version. */
    public static EntityTag tag(long version) {
        return new EntityTag(Long.toString(version));
    }

    @Override
    public void accept(long version) {
        String wanted = "\"" + version + "\"";
        // A weak tag never matches: it does not promise that nothing changed.
        if (header != null
                && Arrays.stream(header.split(",", -1))
                        .map(String::strip)
                        .noneMatch(tag -> tag.equals("*") || tag.equals(wanted))) {
            throw ProblemException.of(412, "the version is now " + wanted + ", not " + header + "; read it again");
        }
    }
}
