package org.holdfast.memory;

import dev.langchain4j.model.TokenCountEstimator;
import dev.langchain4j.model.embedding.onnx.HuggingFaceTokenCountEstimator;
import jakarta.enterprise.context.ApplicationScoped;

/**
 * Estimates how many tokens a language model takes for a text: the pieces that the embedding model's tokenizer cuts it into (30,000
 * English words and parts of words; the models that answer know more, and need about as many or fewer), but never fewer than
 * {@link #least}. Thread-safe.
 */
@ApplicationScoped
class TokenCounter {
    private static final int ASCII_PER_TOKEN = 4;
    private static final int OTHER_BYTES_PER_TOKEN = 2;

    /** Loads the tokenizer at its first use. */
    private static final class Pieces {
        static final TokenCountEstimator OF = new HuggingFaceTokenCountEstimator();
    }

    /** Never more for two texts with a line break between them than for each of them and one more. */
    int count(String text) {
        // Line breaks are nothing to this tokenizer, and something to others.
        int lineBreaks = Math.toIntExact(text.chars().filter(c -> c == '\n').count());
        return Math.max(Pieces.OF.estimateTokenCountInText(text) + lineBreaks, least(text));
    }

    /**
     * What the tokenizer cannot read (a picture, a script it does not know, a word of a hundred letters) is one piece to it,
     * however long: a token for each four characters of ASCII, and for each two bytes of anything else.
     */
    static int least(String text) {
        int ascii = 0;
        int otherBytes = 0;
        for (int at = 0; at < text.length(); at++) {
            char c = text.charAt(at);
            if (c < 0x80) {
                ascii++;
            } else {
                // Each half of a surrogate pair is two of its four bytes.
                otherBytes += c < 0x800 || Character.isSurrogate(c) ? 2 : 3;
            }
        }
        return roundedUp(ascii, ASCII_PER_TOKEN) + roundedUp(otherBytes, OTHER_BYTES_PER_TOKEN);
    }

    private static int roundedUp(int amount, int by) {
        return (amount + by - 1) / by;
    }
}
