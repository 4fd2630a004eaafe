package org.holdfast.it.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.holdfast.it.api.Api.object;
import static org.holdfast.it.api.Api.unique;

import dev.langchain4j.agent.tool.ToolExecutionRequest;
import dev.langchain4j.data.message.AiMessage;
import dev.langchain4j.data.message.ChatMessage;
import dev.langchain4j.data.message.CustomMessage;
import dev.langchain4j.data.message.ImageContent;
import dev.langchain4j.data.message.SystemMessage;
import dev.langchain4j.data.message.TextContent;
import dev.langchain4j.data.message.ToolExecutionResultMessage;
import dev.langchain4j.data.message.UserMessage;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.holdfast.client.HoldfastMemoryStore;
import org.junit.jupiter.api.Test;

/** Chat memories of LangChain4j: what is given back, what is forgotten, what is not. */
class LangChainChatIT {
    private final String memoryId = unique("chat");
    private final HoldfastMemoryStore store = LangChainStores.empty();

    private void assertKept(List<ChatMessage> messages) {
        store.updateMessages(memoryId, messages);

        assertThat(store.getMessages(memoryId)).isEqualTo(messages);
    }

    private static List<ChatMessage> messages(ChatMessage... messages) {
        return List.of(messages);
    }

    @Test
    void aMemoryThatIsNotThereIsEmpty() {
        assertThat(store.getMessages(memoryId)).isEmpty();
        store.deleteMessages(memoryId);
        assertThat(store.getMessages(memoryId)).isEmpty();
    }

    @Test
    void everyKindOfMessageComesBackAsItWas() {
        ToolExecutionRequest call = ToolExecutionRequest.builder()
                .id("1")
                .name("weather")
                .arguments("{\"city\": \"Ω\"}")
                .build();
        assertKept(messages(
                SystemMessage.from("Be brief."),
                UserMessage.from("Ann", "What is the weather? \"quoted\" \\ 🦆"),
                UserMessage.from(TextContent.from("this"), ImageContent.from("https://example.org/duck.png")),
                AiMessage.from(call),
                ToolExecutionResultMessage.from(call, "rain\u0000 and \uD83E alone"),
                AiMessage.builder()
                        .text("It rains.")
                        .thinking("hm")
                        .attributes(Map.of("certain", "yes"))
                        .build(),
                CustomMessage.from(Map.of("role", "narrator"))));
    }

    @Test
    void aLongMessageComesBackAsItWas() {
        String line = "\"Zeile\" \\ mit Ümlaut, 🦆 und\nUmbruch; ";
        assertKept(messages(
                UserMessage.from("read it"),
                AiMessage.from(line.repeat(4_000)),
                UserMessage.from(" ".repeat(70_000) + "x")));
        assertKept(messages(AiMessage.from(line.repeat(4_000)), UserMessage.from("and?")));
    }

    @Test
    void whatAWindowDropsIsNotInItAndIsStillFound() {
        UserMessage old = UserMessage.from("My cat is called Nebuchadnezzar.");
        SystemMessage system = SystemMessage.from("Be brief.");
        assertKept(messages(system, old));
        assertKept(messages(system, old, AiMessage.from("Noted.")));
        assertKept(messages(system, AiMessage.from("Noted."), UserMessage.from("And now?")));
        // Another instruction takes the first place.
        SystemMessage other = SystemMessage.from("Be verbose.");
        assertKept(messages(other, AiMessage.from("Noted."), UserMessage.from("And now?")));
        assertKept(messages(other));

        assertThat(Api.agent()
                        .post(
                                "/api/memories/search",
                                object("query", "Nebuchadnezzar", "conversation", memoryId, "limit", 1))
                        .is(200)
                        .items("text"))
                .containsExactly(old.singleText());
    }

    @Test
    void theSameMessageTwiceIsTwoMessages() {
        assertKept(messages(UserMessage.from("yes"), UserMessage.from("yes")));
        assertKept(messages(UserMessage.from("yes")));
        assertKept(messages(UserMessage.from("no"), UserMessage.from("yes"), UserMessage.from("yes")));
    }

    @Test
    void anythingMayReplaceTheMessages() {
        List<ChatMessage> many = new ArrayList<>();
        for (int i = 0; i < 130; i++) {
            many.add(UserMessage.from("number " + i));
        }
        assertKept(many);
        many.removeIf(message -> ((UserMessage) message).singleText().endsWith("3"));
        assertKept(many);
        assertKept(List.of());
        assertKept(messages(UserMessage.from("again")));
    }

    @Test
    void aDeletedMemoryIsNotFoundAnyMore() {
        assertKept(messages(UserMessage.from("Remember the word Xanthippe.")));
        assertKept(messages(AiMessage.from("I do.")));

        store.deleteMessages(memoryId);

        assertThat(store.getMessages(memoryId)).isEmpty();
        assertThat(Api.agent()
                        .post("/api/memories/search", object("query", "Xanthippe", "conversation", memoryId))
                        .is(200)
                        .items())
                .isEmpty();
        assertKept(messages(UserMessage.from("new")));
    }

    @Test
    void memoriesAreApartByIdAndByAgent() {
        assertKept(messages(UserMessage.from("mine")));
        store.updateMessages(memoryId + "2", messages(UserMessage.from("second")));
        HoldfastMemoryStore other = LangChainStores.empty();

        assertThat(other.getMessages(memoryId)).isEmpty();
        other.updateMessages(memoryId, messages(UserMessage.from("theirs")));

        assertThat(store.getMessages(memoryId)).isEqualTo(messages(UserMessage.from("mine")));
        assertThat(store.getMessages(memoryId + "2")).isEqualTo(messages(UserMessage.from("second")));
    }

    // Of writers at the same time one is the last: what it wrote is there as a whole.
    @Test
    void writersAtTheSameTimeLeaveTheListOfOneOfThem() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(3);
        try {
            List<Future<List<ChatMessage>>> writers = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                List<ChatMessage> wanted =
                        messages(UserMessage.from("a" + i), UserMessage.from("b" + i), UserMessage.from("c" + i));
                writers.add(threads.submit(() -> {
                    store.updateMessages(memoryId, wanted);
                    return wanted;
                }));
            }
            List<List<ChatMessage>> written = new ArrayList<>();
            for (Future<List<ChatMessage>> writer : writers) {
                written.add(await(writer));
            }

            assertThat(written).contains(store.getMessages(memoryId));
        } finally {
            threads.shutdownNow();
        }
    }

    private static List<ChatMessage> await(Future<List<ChatMessage>> writer)
            throws ExecutionException, InterruptedException, TimeoutException {
        return writer.get(60, TimeUnit.SECONDS);
    }
}
