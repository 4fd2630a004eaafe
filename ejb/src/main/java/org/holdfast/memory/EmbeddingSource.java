package org.holdfast.memory;

import java.util.List;
import java.util.function.BooleanSupplier;
import org.holdfast.connection.SessionException;

/** What makes vectors of texts: a model in this process, or an endpoint. Thread-safe. */
interface EmbeddingSource {
    /** How many texts one call takes at most. */
    int textsMax();

    /** How many calls of an import run at the same time. */
    int callsMax();

    /**
     * The vectors of some texts, in their order. The calling thread waits, as long as the source says.
     *
     * @param texts 1 to {@link #textsMax}
     * @param isWanted whether somebody still waits for them; what takes long is not begun, or begun again, for nobody
     * @return vectors of as many numbers as are configured
     * @throws SessionException when there are none now, or never for these texts
     */
    List<float[]> embed(List<String> texts, BooleanSupplier isWanted);
}
