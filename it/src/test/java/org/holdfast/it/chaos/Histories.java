package org.holdfast.it.chaos;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.holdfast.it.chaos.Operation.Asked;
import org.holdfast.it.chaos.Operation.Call;
import org.holdfast.it.chaos.Operation.Kind;
import org.holdfast.it.chaos.Operation.Outcome;
import org.holdfast.it.chaos.Operation.Place;
import org.holdfast.it.chaos.Operation.Result;

/** Hand-made histories of one register and one list; each operation takes one unit of time and begins where it is told. */
final class Histories {
    static final String REGISTER = "r0";
    static final String LIST = "l0";
    static final String INITIAL = "initial";

    private final List<Operation> operations = new ArrayList<>();
    private final Set<String> salvaged = new HashSet<>();
    private String durability = "local";
    private long epoch = 1;
    private int stay;

    /** From here on writes are acknowledged with this durability. */
    Histories reaching(String reached) {
        durability = reached;
        return this;
    }

    /** From here on everything happens in this epoch. */
    Histories inEpoch(long next) {
        epoch = next;
        return this;
    }

    /** From here on everybody is with another instance of the application. */
    Histories atAnotherInstance() {
        stay++;
        return this;
    }

    Histories salvaged(String... values) {
        salvaged.addAll(Arrays.asList(values));
        return this;
    }

    Histories write(int session, long at, String value, long version) {
        return write(session, at, value, version, Outcome.OK);
    }

    Histories write(int session, long at, String value, long version, Outcome outcome) {
        return add(new Call(session, Kind.WRITE, REGISTER, value, Asked.NOTHING), at, outcome, List.of(), version);
    }

    Histories read(int session, Asked asked, long at, String value, long version) {
        return add(new Call(session, Kind.READ, REGISTER, "", asked), at, Outcome.OK, List.of(value), version);
    }

    Histories told(int session, long at) {
        return add(new Call(session, Kind.READ, REGISTER, "", Asked.TOKEN), at, Outcome.TOLD, List.of(), -1);
    }

    Histories append(int session, long at, String value) {
        return append(session, at, value, Outcome.OK);
    }

    Histories append(int session, long at, String value, Outcome outcome) {
        return add(new Call(session, Kind.APPEND, LIST, value, Asked.NOTHING), at, outcome, List.of(), -1);
    }

    Histories list(int session, Asked asked, long at, String... values) {
        return add(new Call(session, Kind.LIST, LIST, "", asked), at, Outcome.OK, Arrays.asList(values), -1);
    }

    /** The read that ends a history with the register. */
    Histories ends(long at, String value, long version) {
        return read(Operation.FINAL_SESSION, Asked.STRONG, at, value, version);
    }

    /** The read that ends a history with the list. */
    Histories endsWith(long at, String... values) {
        return list(Operation.FINAL_SESSION, Asked.STRONG, at, values);
    }

    Evidence evidence() {
        return new Evidence(operations, Map.of(REGISTER, INITIAL), salvaged);
    }

    /** What the checker finds, each kind once. */
    Set<Violation.Kind> violations() {
        Set<Violation.Kind> kinds = new HashSet<>();
        Checker.check(evidence()).forEach(violation -> kinds.add(violation.kind()));
        return kinds;
    }

    private Histories add(Call asked, long at, Outcome outcome, List<String> seen, long version) {
        Call call = new Call(asked.session(), asked.kind(), asked.key(), asked.value(), asked.asked(), stay);
        String reached = call.kind().changes() ? durability : "";
        Result result = new Result(outcome, seen, version, new Place("node", epoch), reached, "");
        operations.add(new Operation(call, at * 10, at * 10 + 10, result));
        return this;
    }
}
