package org.holdfast.client;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.langchain4j.data.message.ChatMessage;
import dev.langchain4j.data.message.ChatMessageDeserializer;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Chat memories as conversations of an agent. Each message becomes a turn when it is first seen, and stays one: what a window
 * of messages drops is not part of it any more, and is found by searches as before. Which turns are the window now stands in
 * the newest turn that says so, which is written together with the last new message. A turn is there once, so of two writers
 * one is refused, looks again and writes after the other.
 */
final class Chats {
    private static final int TEXT_CHARS_MAX = 30_000;
    private static final int CONVERSATION_CHARS_MAX = 200;
    // Metadata have at most 16 KiB.
    private static final int MESSAGE_BYTES_MAX = 11_000;
    private static final int WINDOW_BYTES_MAX = 5_000;
    private static final int PAGE_FIRST = 60;
    private static final int PAGE_NEXT = 500;
    private static final int PAGES_MAX = 100;
    private static final int ATTEMPTS_MAX = 12;

    private final Rest rest;
    private final AgentScope agent;
    private final Retries writers;

    Chats(Rest rest, AgentScope agent) {
        this.rest = rest;
        this.agent = agent;
        // With pauses that differ, so that writers of several turns do not cross each other for ever.
        this.writers = rest.retries(ATTEMPTS_MAX);
    }

    /** A message in a conversation. */
    private record Placed(String json, int first, int last) {}

    /** What is there: the messages of the window, and the turn that is free. */
    private record Kept(List<Placed> messages, int next) {}

    /**
     * A turn of ours.
     *
     * @param number of this part of its message, from 0
     */
    private record Turn(String part, int number, boolean isContinued) {}

    List<ChatMessage> messages(Object memoryId) {
        return read(conversation(memoryId)).messages().stream()
                .map(placed -> ChatMessageDeserializer.messageFromJson(placed.json()))
                .toList();
    }

    void update(Object memoryId, List<ChatMessage> messages) {
        String conversation = conversation(memoryId);
        List<MessageText> wanted = messages.stream().map(MessageText::of).toList();
        writers.call(left -> {
            try {
                write(conversation, wanted, read(conversation));
                return conversation;
            } catch (HoldfastException failure) {
                // Somebody else took the turn.
                throw failure.isConflict() ? failure.toBeTriedAgain() : failure;
            }
        });
    }

    void delete(Object memoryId) {
        Embeddings.removeAll(
                rest, agent.body().put("kind", "CONVERSATION").put("conversation", conversation(memoryId)));
    }

    private static String conversation(Object memoryId) {
        String name = memoryId.toString();
        if (name.isBlank() || name.length() > CONVERSATION_CHARS_MAX) {
            throw new IllegalArgumentException("memoryId has " + name.length() + " characters; it must have 1 to "
                    + CONVERSATION_CHARS_MAX + ", and not only blanks");
        }
        return name;
    }

    private Kept read(String conversation) {
        String address = "/api/memories?kind=CONVERSATION&order=newest&agentId=" + agent.id() + "&conversation="
                + URLEncoder.encode(conversation, StandardCharsets.UTF_8).replace("+", "%20");
        Map<Integer, Turn> turns = new HashMap<>();
        ChatWindow window = null;
        int next = 0;
        String page = address + "&limit=" + PAGE_FIRST;
        for (int pages = 1; pages <= PAGES_MAX; pages++) {
            JsonNode answer = rest.send(Message.get(page));
            int lowest = Integer.MAX_VALUE;
            for (JsonNode memory : answer.path("items")) {
                if (memory.has("turn")) {
                    lowest = memory.path("turn").asInt();
                    next = Math.max(next, lowest + 1);
                    JsonNode own = memory.path("metadata").path(MetadataJson.OWN);
                    if (own.has("message")) {
                        turns.put(
                                lowest,
                                new Turn(
                                        own.path("message").asText(),
                                        own.path("part").asInt(),
                                        own.path("continued").asBoolean()));
                    }
                    if (window == null && own.has("window")) {
                        window = ChatWindow.read(own.path("window"));
                    }
                }
            }
            boolean isEnd = !answer.path("next").isTextual();
            if (isEnd || (window != null && lowest <= window.lowest(Integer.MAX_VALUE))) {
                return new Kept(placed(window == null ? ChatWindow.EMPTY : window, turns), next);
            }
            page = address + "&limit=" + PAGE_NEXT + "&cursor="
                    + answer.path("next").asText();
        }
        throw HoldfastException.unanswered(
                "validation",
                "conversation '" + conversation + "' has too many turns that are no chat memory's",
                false,
                null);
    }

    // A message of which somebody removed a turn is left out.
    private static List<Placed> placed(ChatWindow window, Map<Integer, Turn> turns) {
        List<Placed> messages = new ArrayList<>();
        for (ChatWindow.Range range : window.ranges()) {
            StringBuilder json = new StringBuilder();
            int parts = 0;
            for (int at = range.first(); at <= range.last(); at++) {
                Turn turn = turns.get(at);
                if (turn == null || turn.number() == 0) {
                    json.setLength(0);
                    parts = 0;
                }
                if (turn == null || turn.number() != parts) {
                    continue;
                }
                json.append(turn.part());
                parts++;
                if (!turn.isContinued()) {
                    messages.add(new Placed(json.toString(), at - parts + 1, at));
                    parts = 0;
                }
            }
        }
        return messages;
    }

    private void write(String conversation, List<MessageText> wanted, Kept kept) {
        List<ObjectNode> turns = new ArrayList<>();
        ChatWindow window = ChatWindow.EMPTY;
        int known = 0;
        int matched = 0;
        int next = kept.next();
        for (MessageText message : wanted) {
            int at = indexOf(message, kept.messages(), known);
            if (at >= 0) {
                Placed placed = kept.messages().get(at);
                window = window.and(placed.first(), placed.last());
                known = at + 1;
                matched++;
            } else {
                List<ObjectNode> parts = parts(conversation, message, next);
                turns.addAll(parts);
                window = window.and(next, next + parts.size() - 1);
                next += parts.size();
            }
        }
        if (turns.isEmpty() && matched == kept.messages().size()) {
            return;
        }
        if (turns.isEmpty()) {
            turns.add(turn(conversation, next, Embeddings.NO_TEXT, null));
        }
        ObjectNode last = turns.get(turns.size() - 1);
        own(last).set("window", window.json());
        if (window.json().toString().length() > WINDOW_BYTES_MAX) {
            throw new IllegalArgumentException(
                    "the chat memory is in " + window.ranges().size() + " places of its conversation: too many");
        }
        for (ObjectNode turn : turns) {
            rest.send(Message.write("/api/memories", turn));
        }
    }

    private static int indexOf(MessageText message, List<Placed> kept, int from) {
        for (int i = from; i < kept.size(); i++) {
            if (kept.get(i).json().equals(message.json())) {
                return i;
            }
        }
        return -1;
    }

    private List<ObjectNode> parts(String conversation, MessageText message, int first) {
        List<String> pieces = Pieces.ofJsonBytes(message.json(), MESSAGE_BYTES_MAX);
        List<String> texts = Pieces.ofChars(message.readable(), TEXT_CHARS_MAX);
        int count = Math.max(pieces.size(), texts.size());
        List<ObjectNode> parts = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            String text = i < texts.size() && !texts.get(i).isBlank() ? texts.get(i) : Embeddings.NO_TEXT;
            ObjectNode part = turn(conversation, first + i, text, message.speaker());
            own(part)
                    .put("message", i < pieces.size() ? pieces.get(i) : "")
                    .put("part", i)
                    .put("continued", i + 1 < count);
            parts.add(part);
        }
        return parts;
    }

    private ObjectNode turn(String conversation, int number, String text, @Nullable String speaker) {
        ObjectNode turn = agent.body()
                .put("kind", "CONVERSATION")
                .put("conversation", conversation)
                .put("turn", number)
                .put("text", text);
        if (speaker != null) {
            turn.put("speaker", speaker);
        }
        turn.putObject("metadata").putObject(MetadataJson.OWN);
        return turn;
    }

    private static ObjectNode own(ObjectNode turn) {
        return turn.withObject("/metadata/" + MetadataJson.OWN);
    }
}
