package org.holdfast.launcher;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Imports a file of turns. Running it again is safe: the server knows each conversation's turns and answers that they
 * are there. Three requests are under way at a time, so that the server always has the next one while it embeds.
 */
final class Loader {
    private static final int BATCH_LINES = 250;
    private static final int BATCH_BYTES = 512 * 1024;
    private static final int IN_FLIGHT = 3;
    private static final int LINES_WITHOUT_TURN_MAX = 100;

    private final ApiClient api;
    private final Console console;
    private final boolean isTerminal;

    Loader(ApiClient api, Console console, boolean isTerminal) {
        this.api = api;
        this.console = console;
        this.isTerminal = isTerminal;
    }

    /** Lines on their way to the server, with their numbers in the file. */
    private record Batch(List<Long> numbers, ByteArrayOutputStream body) {
        static Batch empty() {
            return new Batch(new ArrayList<>(), new ByteArrayOutputStream());
        }

        void add(long number, byte[] memory) {
            numbers.add(number);
            body.writeBytes(memory);
            body.write('\n');
        }

        boolean isFull() {
            return numbers.size() >= BATCH_LINES || body.size() >= BATCH_BYTES;
        }
    }

    /** The exit code: 0 when every line is in, 1 when some are not. */
    int load(Path path) {
        try (TurnFile file = TurnFile.open(path)) {
            api.logIn();
            LoadReport report = new LoadReport(console, isTerminal, file::progress);
            try {
                send(file, report, path);
            } catch (LauncherException e) {
                if (e.exitCode() == 2) {
                    throw e;
                }
                console.print(report.summary());
                throw new LauncherException(
                        e.getMessage() + System.lineSeparator()
                                + "Nothing stored is lost: run the same command again, it goes on where this stopped",
                        e);
            }
            console.print(report.summary());
            file.damage().ifPresent(console::error);
            return report.rejectedLines() == 0 && file.damage().isEmpty() ? 0 : 1;
        } catch (IOException e) {
            throw new LauncherException("cannot read " + path + ": " + e.getMessage(), e);
        }
    }

    private void send(TurnFile file, LoadReport report, Path path) throws IOException {
        try (BatchSender sender = new BatchSender(IN_FLIGHT)) {
            Batch batch = Batch.empty();
            Map<Long, String> beforeFirstTurn = new LinkedHashMap<>();
            boolean sawTurn = false;
            for (Optional<TurnFile.Line> line = file.next(); line.isPresent(); line = file.next()) {
                if (line.get().isBlank()) {
                    continue;
                }
                long number = line.get().number();
                Optional<String> fault = add(line.get(), batch);
                if (sawTurn || fault.isEmpty()) {
                    // Told late, so that a file of something else is one message and not a hundred.
                    beforeFirstTurn.forEach(report::rejected);
                    beforeFirstTurn.clear();
                    fault.ifPresent(reason -> report.rejected(number, reason));
                    sawTurn = true;
                } else {
                    beforeFirstTurn.put(number, fault.get());
                    if (beforeFirstTurn.size() >= LINES_WITHOUT_TURN_MAX) {
                        break;
                    }
                }
                if (batch.isFull()) {
                    submit(batch, sender, report);
                    batch = Batch.empty();
                }
            }
            if (!sawTurn) {
                throw new LauncherException(2, noTurns(path, beforeFirstTurn));
            }
            if (!batch.numbers().isEmpty()) {
                submit(batch, sender, report);
            }
            sender.finish();
        }
    }

    private void submit(Batch batch, BatchSender sender, LoadReport report) {
        sender.submit(() -> record(
                batch,
                api.post(
                        "/api/memories/batch",
                        "application/x-ndjson",
                        batch.body().toByteArray()),
                report));
    }

    private static String noTurns(Path path, Map<Long, String> faults) {
        String first = faults.entrySet().stream()
                .findFirst()
                .map(fault -> " (line " + fault.getKey() + ": " + fault.getValue() + ")")
                .orElse("");
        return path + " is not a file of turns: none of its first " + faults.size() + " lines is one" + first
                + "; expected {\"conversation\":\"id\",\"turn\":0,\"speaker\":\"name\",\"text\":\"...\"}";
    }

    /** What is wrong with a line; empty when it is in the batch. */
    private static Optional<String> add(TurnFile.Line line, Batch batch) {
        if (line.isTooLong()) {
            return Optional.of("longer than " + TurnFile.LINE_BYTES_MAX + " bytes");
        }
        try {
            batch.add(line.number(), TurnLine.toMemory(line.bytes()));
            return Optional.empty();
        } catch (TurnLine.InvalidException e) {
            return Optional.of(e.reason());
        }
    }

    private static void record(Batch batch, JsonNode answer, LoadReport report) {
        long present = 0;
        for (JsonNode rejected : answer.path("rejected")) {
            if (rejected.path("code").asText().equals("duplicate")) {
                present++;
            } else {
                int line = rejected.path("line").asInt(1);
                report.rejected(
                        batch.numbers().get(Math.max(0, Math.min(batch.numbers().size(), line) - 1)),
                        rejected.path("reason").asText("rejected by the server"));
            }
        }
        report.stored(answer.path("created").asLong(), present);
    }
}
