package org.holdfast.client;

import dev.langchain4j.data.embedding.Embedding;
import dev.langchain4j.data.message.ChatMessage;
import dev.langchain4j.data.segment.TextSegment;
import dev.langchain4j.store.embedding.EmbeddingSearchRequest;
import dev.langchain4j.store.embedding.EmbeddingSearchResult;
import dev.langchain4j.store.embedding.EmbeddingStore;
import dev.langchain4j.store.embedding.filter.Filter;
import dev.langchain4j.store.memory.chat.ChatMemoryStore;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The memories of one agent in Holdfast, for LangChain4j: a store of embeddings and a store of chat memories.
 *
 * <pre>{@code
 * HoldfastMemoryStore store = HoldfastMemoryStore.builder()
 *         .url("https://holdfast.example.org").user("agent").password(password).agent("support").build();
 * }</pre>
 *
 * <p>As a store of embeddings it holds the agent's memories of one kind, with vectors of the application's own model, which must
 * have as many numbers as the server's. Ids are UUIDs; one that is there already is refused. As a store of chat memories it
 * holds each as a conversation: what a window drops stays a memory that is found by searches, until the chat memory is deleted.
 *
 * <p>Building one asks nothing of the server; the first call logs in, and makes the agent if there is none of that name. What
 * was written through a store is seen by its reads. Calls end within the patience of the store; what may be tried again is tried
 * again, and a write is done once. Whatever is not done is a {@link HoldfastException}. Thread-safe; make one and share it.
 */
public final class HoldfastMemoryStore implements EmbeddingStore<TextSegment>, ChatMemoryStore {
    private final Rest rest;
    private final String kind;
    private final Embeddings embeddings;
    private final Chats chats;
    private final Ids ids = new Ids(Clock.systemUTC());

    private HoldfastMemoryStore(Rest rest, String agentName, String kind) {
        this.rest = rest;
        this.kind = kind;
        AgentScope agent = new AgentScope(rest, agentName);
        this.embeddings = new Embeddings(rest, agent, kind);
        this.chats = new Chats(rest, agent);
    }

    public static Builder builder() {
        return new Builder();
    }

    /** The memories of another agent, by the same user and over the same connections. */
    public HoldfastMemoryStore forAgent(String name) {
        return new HoldfastMemoryStore(rest, notBlank("agent", name), kind);
    }

    // ------------------------------------------------------------------------------------------------ embeddings

    @Override
    public String add(Embedding embedding) {
        String id = ids.next();
        embeddings.add(id, embedding, null);
        return id;
    }

    /**
     * Adds an embedding under an id of the application's own.
     *
     * @throws IllegalArgumentException when the id is not a UUID
     * @throws HoldfastException (conflict) when it is taken
     */
    @Override
    public void add(String id, Embedding embedding) {
        embeddings.add(id, embedding, null);
    }

    @Override
    public String add(Embedding embedding, TextSegment segment) {
        String id = ids.next();
        embeddings.add(id, embedding, segment);
        return id;
    }

    @Override
    public List<String> addAll(List<Embedding> added) {
        List<String> made = generateIds(added.size());
        addAll(made, added, null);
        return made;
    }

    /**
     * Adds many embeddings. It is no transaction: when it fails some of them may be stored, and the exception says which were
     * not; with the same ids it can be called again after those that were stored have been removed.
     */
    @Override
    public void addAll(
            @Nullable List<String> wantedIds, @Nullable List<Embedding> added, @Nullable List<TextSegment> segments) {
        int count = added == null ? 0 : added.size();
        int idCount = wantedIds == null ? 0 : wantedIds.size();
        if (idCount != count) {
            throw new IllegalArgumentException(
                    "ids size (" + idCount + ") is not equal to embeddings size (" + count + ")");
        }
        if (segments != null && segments.size() != count) {
            throw new IllegalArgumentException(
                    "embeddings size (" + count + ") is not equal to embedded size (" + segments.size() + ")");
        }
        if (wantedIds != null && added != null && count > 0) {
            embeddings.add(wantedIds, added, segments);
        }
    }

    /** Ids that grow with time, UUIDs of version 7. */
    @Override
    public List<String> generateIds(int n) {
        return Stream.generate(ids::next).limit(n).toList();
    }

    @Override
    public void removeAll(@Nullable Collection<String> unwanted) {
        if (unwanted != null && !unwanted.isEmpty()) {
            embeddings.remove(unwanted);
        }
    }

    @Override
    public void removeAll(@Nullable Filter filter) {
        if (filter == null) {
            throw new IllegalArgumentException("filter cannot be null");
        }
        embeddings.remove(filter);
    }

    /** Removes the agent's memories of the kind of this store, and no others. */
    @Override
    public void removeAll() {
        embeddings.removeAll();
    }

    /**
     * The nearest embeddings, by cosine. With a filter every memory of the agent is compared, exactly; without one and with many
     * memories an index is asked.
     *
     * @throws IllegalArgumentException when more than 1000 results are asked for
     */
    @Override
    public EmbeddingSearchResult<TextSegment> search(EmbeddingSearchRequest request) {
        return new EmbeddingSearchResult<>(embeddings.search(request));
    }

    // --------------------------------------------------------------------------------------------- chat memories

    @Override
    public List<ChatMessage> getMessages(Object memoryId) {
        return chats.messages(memoryId);
    }

    /** Keeps what is new in the list, and which messages the list has. What it has no more stays, to be found by searches. */
    @Override
    public void updateMessages(Object memoryId, List<ChatMessage> messages) {
        chats.update(memoryId, messages);
    }

    /** Removes every turn of the conversation, those of earlier windows too. What they said stays in their history. */
    @Override
    public void deleteMessages(Object memoryId) {
        chats.delete(memoryId);
    }

    private static String notBlank(String name, String value) {
        if (value.isBlank()) {
            throw new IllegalArgumentException(name + " is blank");
        }
        return value;
    }

    /** Collects what a store needs: user and password, and the rest where the defaults do not fit. Not thread-safe. */
    public static final class Builder {
        private static final int ATTEMPTS_MAX = 8;
        private static final Duration PAUSE_FIRST = Duration.ofMillis(100);

        private String url = "http://localhost:8080";
        private String user = "";
        private String password = "";
        private String agent = "langchain4j";
        private String kind = "CONTEXT";
        private Duration answerMax = Duration.ofSeconds(30);
        private Duration patience = Duration.ofSeconds(60);

        private Builder() {}

        /** Where Holdfast is, without {@code /api}; {@code http://localhost:8080} if not set. */
        public Builder url(String address) {
            this.url = address;
            return this;
        }

        /** The user; it needs the role {@code agent}. */
        public Builder user(String name) {
            this.user = name;
            return this;
        }

        public Builder password(String secret) {
            this.password = secret;
            return this;
        }

        /** The name of the agent whose memories these are; {@code langchain4j} if not set. */
        public Builder agent(String name) {
            this.agent = name;
            return this;
        }

        /** The kind of the memories with embeddings, {@code CONTEXT} if not set, or {@code PREFERENCE}. */
        public Builder kind(String name) {
            this.kind = name;
            return this;
        }

        /** How long one request may take; 30 seconds if not set. */
        public Builder answerMax(Duration time) {
            this.answerMax = time;
            return this;
        }

        /** How long a request may take with all that is tried again; 60 seconds if not set. */
        public Builder patience(Duration time) {
            this.patience = time;
            return this;
        }

        /**
         * The store.
         *
         * @throws IllegalArgumentException when something is missing or cannot be
         */
        public HoldfastMemoryStore build() {
            String root = url.endsWith("/") ? url.substring(0, url.length() - 1) : url;
            String scheme = URI.create(root).getScheme();
            if (!"http".equals(scheme) && !"https".equals(scheme)) {
                throw new IllegalArgumentException("url is '" + url + "'; it must begin with http:// or https://");
            }
            if (!kind.equals("CONTEXT") && !kind.equals("PREFERENCE")) {
                // Conversations are chat memories, which a removal of all embeddings must not touch.
                throw new IllegalArgumentException("kind is '" + kind + "'; it must be CONTEXT or PREFERENCE");
            }
            Http http = new Http(URI.create(root), positive("answerMax", answerMax));
            Retries retries = new Retries(ATTEMPTS_MAX, positive("patience", patience), PAUSE_FIRST);
            Login login = new Login(http, retries, notBlank("user", user), notBlank("password", password));
            return new HoldfastMemoryStore(new Rest(http, retries, login), notBlank("agent", agent), kind);
        }

        private static Duration positive(String name, Duration time) {
            if (time.isNegative() || time.isZero()) {
                throw new IllegalArgumentException(name + " is " + time + "; it must be more than nothing");
            }
            return time;
        }
    }
}
