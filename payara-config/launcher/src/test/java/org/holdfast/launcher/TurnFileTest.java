package org.holdfast.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TurnFileTest {
    @TempDir
    Path directory = Path.of("");

    @Test
    void linesKeepTheirNumbersAndTheLastNeedsNoLineFeed() throws IOException {
        Path file = Files.writeString(directory.resolve("turns"), "\uFEFFone\n\nthree");

        assertThat(lines(file)).containsExactly("1:one", "2:", "3:three");
    }

    @Test
    void gzipIsKnownByItsContentNotByItsName() throws IOException {
        Path file = Files.write(directory.resolve("turns.jsonl"), gzip("one\ntwo\n"));

        assertThat(lines(file)).containsExactly("1:one", "2:two");
    }

    @Test
    void aTruncatedGzipGivesItsCompleteLinesAndSaysWhereItBroke() throws IOException {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < 20_000; i++) {
            text.append("line ").append(i * 7919 % 10_007).append('\n');
        }
        byte[] whole = gzip(text.toString());
        Path file = Files.write(directory.resolve("turns"), Arrays.copyOf(whole, whole.length / 2));

        try (TurnFile turns = TurnFile.open(file)) {
            long last = 0;
            for (Optional<TurnFile.Line> line = turns.next(); line.isPresent(); line = turns.next()) {
                last = line.get().number();
            }
            assertThat(last).isBetween(1000L, 19_999L);
            assertThat(turns.damage()).hasValueSatisfying(why -> assertThat(why).contains("after line"));
        }
    }

    @Test
    void aLineWithoutEndIsCutOff() throws IOException {
        Path file = Files.writeString(directory.resolve("turns"), "x".repeat(TurnFile.LINE_BYTES_MAX + 1) + "\nnext\n");

        try (TurnFile turns = TurnFile.open(file)) {
            assertThat(turns.next().orElseThrow().isTooLong()).isTrue();
            assertThat(turns.next().orElseThrow().number()).isEqualTo(2);
        }
    }

    @Test
    void aMissingFileIsNamed() {
        assertThatThrownBy(() -> TurnFile.open(directory.resolve("none"))).hasMessageContaining("no such file");
    }

    private static List<String> lines(Path file) throws IOException {
        List<String> lines = new ArrayList<>();
        try (TurnFile turns = TurnFile.open(file)) {
            for (Optional<TurnFile.Line> line = turns.next(); line.isPresent(); line = turns.next()) {
                lines.add(line.get().number() + ":" + new String(line.get().bytes(), StandardCharsets.UTF_8));
            }
        }
        return lines;
    }

    private static byte[] gzip(String text) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(bytes)) {
            gzip.write(text.getBytes(StandardCharsets.UTF_8));
        }
        return bytes.toByteArray();
    }
}
