package org.holdfast.it.chaos;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.holdfast.it.chaos.Operation.Asked;
import org.holdfast.it.chaos.Operation.Call;
import org.holdfast.it.chaos.Operation.Place;
import org.holdfast.it.chaos.Operation.Result;

/** Reads registers and lists of a scene as one user. */
record Reader(Caller caller, Scene scene) {
    private static final int PAGES_MAX = 100;

    /** {@code token} is sent where the call asks for it. */
    Operation read(Call call, Optional<String> token) {
        String[] headers = headers(call.asked(), token);
        return switch (call.kind()) {
            case READ -> register(call, headers);
            case LIST -> list(call, headers);
            case WRITE, APPEND -> throw new IllegalArgumentException(call + " is no read");
        };
    }

    private Operation register(Call call, String[] headers) {
        long began = System.nanoTime();
        Caller.Reply reply = caller.get(scene.path(call.key()), headers);
        long ended = System.nanoTime();
        List<String> seen =
                reply.isSuccess() ? List.of(reply.body().path("description").asText()) : List.of();
        return new Operation(call, began, ended, result(reply, seen));
    }

    private Operation list(Call call, String[] headers) {
        long began = System.nanoTime();
        List<String> seen = new ArrayList<>();
        String cursor = "";
        for (int page = 0; page < PAGES_MAX; page++) {
            Caller.Reply reply = caller.get(scene.path(call.key()) + "?limit=500" + cursor, headers);
            reply.body()
                    .path("items")
                    .forEach(item -> seen.add(item.path("content").asText()));
            JsonNode next = reply.body().path("next");
            if (!reply.isSuccess() || !next.isTextual()) {
                return new Operation(
                        call, began, System.nanoTime(), result(reply, reply.isSuccess() ? seen : List.of()));
            }
            cursor = "&cursor=" + next.textValue();
        }
        throw new IllegalStateException(call.key() + " has more than " + PAGES_MAX + " pages");
    }

    private static String[] headers(Asked asked, Optional<String> token) {
        return switch (asked) {
            case NOTHING -> new String[0];
            case EVENTUAL -> new String[] {"Holdfast-Consistency", "eventual"};
            case STRONG -> new String[] {"Holdfast-Consistency", "strong"};
            case SESSION -> new String[] {"Holdfast-Consistency", "session"};
            case TOKEN ->
                token.map(own -> new String[] {"Holdfast-Consistency", "session", "Holdfast-Token", own})
                        .orElseGet(() -> new String[] {"Holdfast-Consistency", "session"});
        };
    }

    private static Result result(Caller.Reply reply, List<String> seen) {
        return new Result(Outcomes.of(reply, false), seen, version(reply), place(reply), "", reply.brief());
    }

    static long version(Caller.Reply reply) {
        return reply.isSuccess() ? reply.body().path("version").asLong(Result.NO_VERSION) : Result.NO_VERSION;
    }

    static Place place(Caller.Reply reply) {
        String epoch = reply.header("epoch");
        return new Place(reply.header("node"), epoch.isEmpty() ? 0 : Long.parseLong(epoch));
    }
}
