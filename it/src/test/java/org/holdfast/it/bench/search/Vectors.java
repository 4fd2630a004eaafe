package org.holdfast.it.bench.search;

import dev.langchain4j.data.embedding.Embedding;
import java.util.SplittableRandom;

/** Directions in the space of the embeddings. */
final class Vectors {
    private Vectors() {}

    /** Any direction, as likely as any other. */
    static Embedding any(int dimensions, SplittableRandom random) {
        return near(Embedding.from(new float[dimensions]), random);
    }

    /** A direction not far from another one's. */
    static Embedding near(Embedding vector, SplittableRandom random) {
        float[] other = vector.vector().clone();
        double square = 0;
        for (int i = 0; i < other.length; i++) {
            other[i] += (float) (0.02 * random.nextGaussian());
            square += (double) other[i] * other[i];
        }
        for (int i = 0; i < other.length; i++) {
            other[i] /= (float) Math.sqrt(square);
        }
        return Embedding.from(other);
    }

    /** The cosine distance of two vectors of length 1. */
    static double distance(Embedding a, Embedding b) {
        float[] one = a.vector();
        float[] other = b.vector();
        double product = 0;
        for (int i = 0; i < one.length; i++) {
            product += (double) one[i] * other[i];
        }
        return 1 - product;
    }
}
