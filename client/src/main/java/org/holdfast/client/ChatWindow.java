package org.holdfast.client;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import java.util.ArrayList;
import java.util.List;

/**
 * Which turns of a conversation are the chat memory now, in the order of its messages.
 *
 * @param ranges of turns, one after the other; each ascends
 */
record ChatWindow(List<Range> ranges) {
    static final ChatWindow EMPTY = new ChatWindow(List.of());

    /** Turns that follow each other, both ends included. */
    record Range(int first, int last) {}

    ChatWindow {
        ranges = List.copyOf(ranges);
    }

    /** Adds turns at the end. */
    ChatWindow and(int first, int last) {
        List<Range> more = new ArrayList<>(ranges);
        int end = more.size() - 1;
        if (end >= 0 && more.get(end).last() + 1 == first) {
            more.set(end, new Range(more.get(end).first(), last));
        } else {
            more.add(new Range(first, last));
        }
        return new ChatWindow(more);
    }

    /** The first turn that is needed to know the messages; {@code otherwise} when none is. */
    int lowest(int otherwise) {
        return ranges.stream().mapToInt(Range::first).min().orElse(otherwise);
    }

    ArrayNode json() {
        ArrayNode json = Http.JSON.createArrayNode();
        ranges.forEach(range -> json.addArray().add(range.first()).add(range.last()));
        return json;
    }

    static ChatWindow read(JsonNode json) {
        List<Range> ranges = new ArrayList<>();
        json.forEach(range ->
                ranges.add(new Range(range.path(0).asInt(), range.path(1).asInt())));
        return new ChatWindow(ranges);
    }
}
