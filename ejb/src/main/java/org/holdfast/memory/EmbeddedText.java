package org.holdfast.memory;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Optional;

/**
 * What is embedded of a memory: its text alone, without its neighbours and its speaker, after the day it was said where
 * the caller named one. Over long conversations the day adds two to four points of recall; neighbours add none.
 */
final class EmbeddedText {
    private static final DateTimeFormatter DAY =
            DateTimeFormatter.ofPattern("d MMMM uuuu", Locale.ENGLISH).withZone(ZoneOffset.UTC);

    private EmbeddedText() {}

    /** Of a memory that is stored: its writer named no time exactly when it was said the moment it was stored. */
    static String of(String text, Instant saidAt, Instant createdAt) {
        return of(text, saidAt.equals(createdAt) ? Optional.empty() : Optional.of(saidAt));
    }

    static String of(String text, Optional<Instant> saidAt) {
        return saidAt.map(at -> DAY.format(at) + ": " + text).orElse(text);
    }
}
