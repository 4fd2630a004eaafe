package org.holdfast.it.chaos;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import org.holdfast.it.chaos.Operation.Asked;
import org.holdfast.it.chaos.Operation.Kind;
import org.holdfast.it.chaos.Operation.Outcome;

/**
 * Follows one session: its reads show at least what it wrote and what it read before, and after the loss of one of its
 * writes it is told so before it reads on. What others wrote and it only read is promised by an instance of the application,
 * and forgotten when the session goes to another one. Reads that ask for less are no part of it. One object serves one
 * session.
 */
final class SessionChecker {
    /** The newest version of a register that the session may rely on. */
    private record Floor(long version, boolean isOwn) {}

    private final Set<String> salvaged;
    private final Map<String, Floor> registers = new HashMap<>();
    private final Map<String, Floor> ownRegisters = new HashMap<>();
    private final Map<String, Set<String>> ownEntries = new HashMap<>();
    private final Map<String, Set<String>> seenEntries = new HashMap<>();
    private final List<Violation> found = new ArrayList<>();
    private int stay;
    private OptionalLong lostInEpoch = OptionalLong.empty();

    private SessionChecker(Set<String> salvaged) {
        this.salvaged = salvaged;
    }

    static List<Violation> check(Evidence evidence) {
        Map<Integer, SessionChecker> sessions = new TreeMap<>();
        for (Operation operation : evidence.operations()) {
            if (!operation.isFinal()) {
                sessions.computeIfAbsent(operation.call().session(), session -> new SessionChecker(evidence.salvaged()))
                        .follow(operation);
            }
        }
        return sessions.values().stream()
                .flatMap(session -> session.found.stream())
                .toList();
    }

    /** The value that a successful operation on a register wrote or saw. */
    static Optional<String> registerValue(Operation operation) {
        if (!operation.isOk()) {
            return Optional.empty();
        }
        return switch (operation.call().kind()) {
            case WRITE -> Optional.of(operation.call().value());
            case READ -> operation.result().seen().stream().findFirst();
            case APPEND, LIST -> Optional.empty();
        };
    }

    private void follow(Operation operation) {
        if (operation.call().stay() != stay) {
            stay = operation.call().stay();
            registers.clear();
            registers.putAll(ownRegisters);
            seenEntries.clear();
        }
        if (operation.result().outcome() == Outcome.TOLD) {
            lostInEpoch = OptionalLong.empty();
        }
        if (!operation.isOk()) {
            return;
        }
        if (operation.call().kind().changes()) {
            wrote(operation);
        } else if (operation.call().asked().keepsTheSession()) {
            isTold(operation);
            if (operation.is(Kind.READ)) {
                readsRegister(operation);
            } else {
                readsList(operation);
            }
        }
    }

    private void wrote(Operation write) {
        String key = write.call().key();
        if (salvaged.contains(write.call().value())) {
            lostInEpoch = OptionalLong.of(write.result().place().epoch());
            return;
        }
        if (lostInEpoch.isPresent() && write.result().place().epoch() > lostInEpoch.getAsLong()) {
            // Its token took the place of the one that would have been refused.
            lostInEpoch = OptionalLong.empty();
        }
        if (write.is(Kind.APPEND)) {
            ownEntries
                    .computeIfAbsent(key, any -> new HashSet<>())
                    .add(write.call().value());
        } else {
            Floor own = new Floor(write.result().version(), true);
            raise(registers, key, own);
            raise(ownRegisters, key, own);
        }
    }

    // Without a token of its own the session has nothing that could be refused.
    private void isTold(Operation read) {
        if (read.call().asked() == Asked.TOKEN
                && lostInEpoch.isPresent()
                && read.result().place().epoch() > lostInEpoch.getAsLong()) {
            report(Violation.Kind.NOT_TOLD, "a write of epoch " + lostInEpoch.getAsLong() + " is lost", read);
        }
    }

    private void readsRegister(Operation read) {
        if (read.result().seen().stream().anyMatch(salvaged::contains)) {
            return;
        }
        String key = read.call().key();
        Floor floor = registers.getOrDefault(key, new Floor(Operation.Result.NO_VERSION, false));
        if (read.result().version() < floor.version()) {
            Violation.Kind kind = floor.isOwn() ? Violation.Kind.OWN_WRITE_MISSING : Violation.Kind.BACKWARDS;
            report(kind, "version " + floor.version() + " was known", read);
        }
        raise(registers, key, new Floor(read.result().version(), false));
    }

    private void readsList(Operation read) {
        String key = read.call().key();
        Set<String> there = new HashSet<>(read.result().seen());
        contains(there, ownEntries.getOrDefault(key, Set.of()), Violation.Kind.OWN_WRITE_MISSING, read);
        Set<String> known = seenEntries.computeIfAbsent(key, any -> new HashSet<>());
        contains(there, known, Violation.Kind.BACKWARDS, read);
        there.stream().filter(entry -> !salvaged.contains(entry)).forEach(known::add);
    }

    private void contains(Set<String> there, Set<String> known, Violation.Kind kind, Operation read) {
        Set<String> missing = new HashSet<>(known);
        missing.removeAll(there);
        if (!missing.isEmpty()) {
            report(kind, missing + " is missing", read);
        }
    }

    private static void raise(Map<String, Floor> floors, String key, Floor floor) {
        floors.merge(key, floor, (one, other) -> other.version() > one.version() ? other : one);
    }

    private void report(Violation.Kind kind, String why, Operation read) {
        found.add(new Violation(kind, why + ", not found by " + Checker.describe(read)));
    }
}
