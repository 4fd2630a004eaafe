package org.holdfast.client;

import java.util.ArrayList;
import java.util.List;

/** Cuts a text into pieces that are not too long where they go. Pure. */
final class Pieces {
    private Pieces() {}

    /** Pieces of at most so many bytes each as text of JSON in UTF-8; at least one. */
    static List<String> ofJsonBytes(String text, int bytesMax) {
        List<String> pieces = new ArrayList<>();
        int from = 0;
        int bytes = 0;
        for (int i = 0; i < text.length(); i += Character.charCount(text.codePointAt(i))) {
            int cost = bytes(text.codePointAt(i));
            if (bytes + cost > bytesMax) {
                pieces.add(text.substring(from, i));
                from = i;
                bytes = 0;
            }
            bytes += cost;
        }
        pieces.add(text.substring(from));
        return pieces;
    }

    /** Pieces of at most so many characters each, no pair cut apart; at least one. */
    static List<String> ofChars(String text, int charsMax) {
        List<String> pieces = new ArrayList<>();
        int from = 0;
        while (text.length() - from > charsMax) {
            int to = from + charsMax;
            if (Character.isHighSurrogate(text.charAt(to - 1))) {
                to--;
            }
            pieces.add(text.substring(from, to));
            from = to;
        }
        pieces.add(text.substring(from));
        return pieces;
    }

    private static int bytes(int codePoint) {
        if (codePoint < 0x20) {
            return 6;
        }
        if (codePoint < 0x80) {
            return codePoint == '"' || codePoint == '\\' ? 2 : 1;
        }
        if (codePoint < 0x800) {
            return 2;
        }
        return codePoint < 0x10000 ? 3 : 4;
    }
}
