package org.holdfast.launcher;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.Function;
import org.holdfast.chain.Anchor;
import org.holdfast.chain.AnchorKey;
import org.holdfast.chain.AuditChain;
import org.holdfast.chain.AuditRecord;
import org.holdfast.chain.BaseAnchor;
import org.holdfast.chain.Broken;
import org.holdfast.chain.ChainVerifier;
import org.holdfast.chain.CheckedRecord;
import org.holdfast.chain.Head;
import org.holdfast.chain.Seal;
import org.holdfast.chain.SealedRecord;
import org.holdfast.chain.WorkAhead;
import org.jspecify.annotations.Nullable;

/**
 * Verifies an export of the audit trail without a server. The file is read twice, anchors and bases first, a line at a time. An export
 * names no head, so its end is as certain as the newest anchor.
 */
final class AuditFile {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Console console;
    private final Map<UUID, TreeMap<Long, Anchor>> anchors = new HashMap<>();
    private final Map<UUID, BaseAnchor> bases = new HashMap<>();
    private final Map<String, AnchorKey> keysSeen = new HashMap<>();
    private final Map<String, AnchorKey> keysTrusted = new HashMap<>();

    AuditFile(Console console) {
        this.console = console;
    }

    /** Arguments: {@code FILE [--anchors FILE] [--key FILE]...}; returns the exit code, 1 when something is broken. */
    int verify(List<String> arguments) {
        if (arguments.isEmpty()) {
            throw usage();
        }
        Path file = Path.of(arguments.get(0));
        for (int i = 1; i < arguments.size(); i += 2) {
            if (i + 1 == arguments.size()) {
                throw usage();
            }
            Path named = Path.of(arguments.get(i + 1));
            switch (arguments.get(i)) {
                case "--anchors" -> readAnchors(named);
                case "--key" -> readKey(named);
                default -> throw usage();
            }
        }
        readAnchors(file);
        if (keysTrusted.isEmpty()) {
            console.print("no --key: signatures are checked with the keys that the anchors bring, which proves little");
            keysTrusted.putAll(keysSeen);
        }
        return report(verifyEntries(file));
    }

    static LauncherException usage() {
        return new LauncherException(2, "usage: ./holdfast audit verify FILE [--anchors FILE] [--key FILE]...");
    }

    private record Found(long verified, List<Broken> broken) {}

    private Found verifyEntries(Path file) {
        Map<UUID, ChainVerifier> verifiers = new LinkedHashMap<>();
        Map<UUID, Head> ends = new HashMap<>();
        WorkAhead<Line, CheckedRecord> checks = new WorkAhead<>(
                lines -> CheckedRecord.of(lines.stream()
                        .flatMap(line -> line.read(AuditFile::entry).stream())
                        .toList()),
                checked -> {
                    SealedRecord entry = checked.entry();
                    UUID tenant = entry.record().tenant();
                    verifiers.computeIfAbsent(tenant, this::verifier).accept(checked);
                    ends.put(
                            tenant,
                            new Head(entry.seal().sequence(), entry.seal().chainHash()));
                });
        try {
            lines(file, checks::add);
            checks.end();
        } catch (IllegalArgumentException disordered) {
            throw new LauncherException(file + " is not of an export: " + disordered.getMessage(), disordered);
        }
        // Nothing but anchors or its base may be left of a chain.
        anchors.keySet().forEach(tenant -> verifiers.computeIfAbsent(tenant, this::verifier));
        bases.keySet().forEach(tenant -> verifiers.computeIfAbsent(tenant, this::verifier));
        long verified = 0;
        List<Broken> broken = new ArrayList<>();
        for (Map.Entry<UUID, ChainVerifier> chain : verifiers.entrySet()) {
            broken.addAll(chain.getValue().end(Optional.ofNullable(ends.get(chain.getKey()))));
            verified += chain.getValue().verified();
        }
        return new Found(verified, broken);
    }

    private ChainVerifier verifier(UUID tenant) {
        return new ChainVerifier(
                tenant,
                List.copyOf(anchors.getOrDefault(tenant, new TreeMap<>()).values()),
                keysTrusted,
                new Head(0, AuditChain.start()),
                Optional.ofNullable(bases.get(tenant)));
    }

    private int report(Found found) {
        found.broken().stream()
                .sorted(Comparator.comparing(Broken::tenant).thenComparingLong(Broken::sequence))
                .forEach(broken -> console.print("broken: tenant " + broken.tenant() + ", sequence " + broken.sequence()
                        + (broken.id() == null ? "" : ", id " + broken.id()) + ": " + broken.why()));
        console.print(found.verified() + " entries verified, " + found.broken().size() + " findings");
        return found.broken().isEmpty() ? 0 : 1;
    }

    // An export, or what GET /api/admin/audit/anchors answered.
    private void readAnchors(Path file) {
        // Most lines of an export are entries, and to read those twice takes as long as everything else.
        lines(file, line -> {
            if (line.text().contains("\"items\"") || line.text().contains("\"signature\"")) {
                line.read(this::addAnchors);
            }
        });
    }

    private Optional<JsonNode> addAnchors(JsonNode line) {
        if (line.has("base")) {
            addBase(line);
        } else if (line.has("items")) {
            line.path("items").forEach(this::addAnchor);
        } else if (line.has("signature")) {
            addAnchor(line);
        }
        return Optional.of(line);
    }

    private void addAnchor(JsonNode line) {
        Anchor anchor = new Anchor(
                UUID.fromString(line.path("tenant").asText()),
                line.path("sequence").asLong(),
                bytes(line, "hash"),
                micros(line),
                line.path("keyId").asText(),
                bytes(line, "signature"));
        // The first one counts: those that were kept elsewhere are read before those of the export.
        anchors.computeIfAbsent(anchor.tenant(), tenant -> new TreeMap<>()).putIfAbsent(anchor.sequence(), anchor);
        AnchorKey key = AnchorKey.of(bytes(line, "publicKey"));
        keysSeen.put(key.id(), key);
    }

    private void addBase(JsonNode line) {
        List<BaseAnchor.Stray> strays = new ArrayList<>();
        line.path("strays")
                .forEach(stray -> strays.add(new BaseAnchor.Stray(
                        stray.path("sequence").asLong(), bytes(stray, "entryHash"), bytes(stray, "chainHash"))));
        BaseAnchor base = new BaseAnchor(
                UUID.fromString(line.path("tenant").asText()),
                line.path("base").asLong(),
                bytes(line, "hash"),
                strays,
                micros(line),
                text(line, "keyId"),
                line.path("signature").isTextual() ? bytes(line, "signature") : null);
        bases.put(base.tenant(), base);
        if (line.path("publicKey").isTextual()) {
            AnchorKey key = AnchorKey.of(bytes(line, "publicKey"));
            keysSeen.put(key.id(), key);
        }
    }

    private static long micros(JsonNode line) {
        return ChronoUnit.MICROS.between(
                Instant.EPOCH, Instant.parse(line.path("at").asText()));
    }

    private void readKey(Path file) {
        try {
            String pem = Files.readString(file).replaceAll("-----[A-Z ]+-----", "");
            AnchorKey key = AnchorKey.of(Base64.getMimeDecoder().decode(pem.getBytes(StandardCharsets.US_ASCII)));
            keysTrusted.put(key.id(), key);
        } catch (IOException | IllegalArgumentException unreadable) {
            throw new LauncherException(file + " is no PEM file of an Ed25519 public key", unreadable);
        }
    }

    /** Empty where a line is no entry. */
    private static Optional<SealedRecord> entry(JsonNode line) {
        if (!line.has("chainHash")) {
            return Optional.empty();
        }
        return Optional.of(new SealedRecord(
                new AuditRecord(
                        UUID.fromString(line.path("tenant").asText()),
                        line.path("atMicros").asLong(),
                        UUID.fromString(line.path("id").asText()),
                        line.path("epoch").asLong(),
                        line.path("lsn").asText(),
                        line.path("transactionId").asLong(),
                        line.path("source").asText(),
                        line.path("operation").asText(),
                        line.path("entity").asText(),
                        text(line, "entityId"),
                        new AuditRecord.Who(
                                text(line, "actor"),
                                text(line, "roles"),
                                text(line, "address"),
                                text(line, "requestId")),
                        text(line, "changes")),
                new Seal(
                        line.path("sequence").asLong(),
                        line.path("whoNonce").isTextual() ? bytes(line, "whoNonce") : null,
                        bytes(line, "whoHash"),
                        line.path("payloadNonce").isTextual() ? bytes(line, "payloadNonce") : null,
                        bytes(line, "payloadHash"),
                        bytes(line, "entryHash"),
                        bytes(line, "chainHash"))));
    }

    private static @Nullable String text(JsonNode line, String field) {
        return line.path(field).textValue();
    }

    private static byte[] bytes(JsonNode line, String field) {
        return HexFormat.of().parseHex(line.path(field).asText());
    }

    /** A line of a file, by its number from 1. */
    private record Line(Path file, int number, String text) {
        <T> T read(Function<JsonNode, T> reading) {
            try {
                return reading.apply(JSON.readTree(text));
            } catch (JsonProcessingException | IllegalArgumentException | DateTimeException malformed) {
                throw new LauncherException(
                        file + ", line " + number + ", is not of an export: " + malformed.getMessage(), malformed);
            }
        }
    }

    private static void lines(Path file, Consumer<Line> reading) {
        int number = 0;
        try (BufferedReader reader = Files.newBufferedReader(file)) {
            for (String text = reader.readLine(); text != null; text = reader.readLine()) {
                number++;
                if (!text.isBlank()) {
                    reading.accept(new Line(file, number, text));
                }
            }
        } catch (IOException unreadable) {
            throw new LauncherException("cannot read " + file + ": " + unreadable.getMessage(), unreadable);
        }
    }
}
