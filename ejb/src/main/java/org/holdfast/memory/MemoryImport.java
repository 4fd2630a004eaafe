package org.holdfast.memory;

import jakarta.enterprise.context.Dependent;
import jakarta.inject.Inject;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.holdfast.connection.ConnectionManager;
import org.holdfast.connection.DatabaseCall;
import org.holdfast.connection.ErrorCategory;
import org.holdfast.connection.JdbcWork;
import org.holdfast.connection.NothingHappenedException;
import org.holdfast.idempotency.IdempotentWrites;
import org.holdfast.repository.RepositoryFactory;

/**
 * Keeps many memories. While one chunk is stored the next is embedded, so that the databases do not keep the model waiting;
 * at most two chunks are held at once, however long the batch is.
 */
@Dependent
public class MemoryImport {
    private static final int CHUNK_LINES = 250;
    private static final int CHUNKS_AT_ONCE = 2;
    private static final int ATTEMPTS_MAX = 3;

    private final ConnectionManager connections;
    private final IdempotentWrites writes;
    private final DatabaseCall call;
    private final Embedder embedder;
    private final RepositoryFactory repositories;
    private final InstantSource clock;
    private final ImportBrake brake;

    @Inject
    MemoryImport(
            ConnectionManager connections,
            IdempotentWrites writes,
            DatabaseCall call,
            Embedder embedder,
            RepositoryFactory repositories,
            InstantSource clock,
            ImportBrake brake) {
        this.connections = connections;
        this.writes = writes;
        this.call = call;
        this.embedder = embedder;
        this.repositories = repositories;
        this.clock = clock;
        this.brake = brake;
    }

    /**
     * Stores the lines that can be stored. When it fails on the way, the chunks before stay stored; the same batch sent
     * again stores the rest, and reports the turns that are there as duplicates. Sent again under the same key it reports as
     * if it had not failed.
     */
    public BatchReport store(Iterator<BatchLine> lines) {
        BatchProgress progress = new BatchProgress();
        Deque<BatchChunk> waiting = new ArrayDeque<>();
        while (lines.hasNext()) {
            waiting.add(begin(next(lines), progress));
            if (waiting.size() == CHUNKS_AT_ONCE) {
                store(waiting.remove(), progress);
            }
        }
        waiting.forEach(chunk -> store(chunk, progress));
        return progress.report();
    }

    private static List<BatchLine> next(Iterator<BatchLine> lines) {
        List<BatchLine> some = new ArrayList<>(CHUNK_LINES);
        while (some.size() < CHUNK_LINES && lines.hasNext()) {
            some.add(lines.next());
        }
        return some;
    }

    private BatchChunk begin(List<BatchLine> lines, BatchProgress progress) {
        List<MemoryDraft> drafts =
                lines.stream().map(BatchLine::draft).flatMap(Optional::stream).toList();
        PlacedLines placed = drafts.isEmpty()
                ? progress.place(lines, AgentLookup.NONE, now())
                : connections.read(session -> JdbcWork.run(session, connection -> {
                    PlacedLines all = progress.place(lines, AgentLookup.of(connection, drafts), now());
                    return all.without(TakenTurns.among(connection, all.wantedTurns()));
                }));
        progress.begun(placed);
        return embedding(placed);
    }

    private BatchChunk embedding(PlacedLines lines) {
        List<String> texts = BatchChunk.texts(lines);
        if (texts.isEmpty()) {
            return new BatchChunk(lines, "", CompletableFuture.completedFuture(List.of()));
        }
        String model = embedder.modelOf(call.options().tenant().orElseThrow());
        return new BatchChunk(lines, model, embedder.embedAll(model, texts));
    }

    private void store(BatchChunk chunk, BatchProgress progress) {
        PlacedLines lines = chunk.lines();
        // Under a key a chunk without rows may be one that an earlier request stored: only what was kept then tells.
        if (lines.rows().isEmpty() && !writes.areKept()) {
            progress.ended(lines.stored(Map.of()));
            return;
        }
        brake.await();
        BatchChunk embedded = chunk;
        for (int attempt = 1; ; attempt++) {
            try {
                progress.ended(stored(embedded, embedded.embedded()));
                return;
            } catch (ModelChangedException changed) {
                if (attempt == ATTEMPTS_MAX) {
                    throw Embedder.isChanging();
                }
                embedded = embedding(lines);
            } catch (NothingHappenedException failure) {
                // Whoever a deadlock was ended with has gone on meanwhile. Anything else is the caller's to repeat.
                if (failure.category() != ErrorCategory.DEADLOCK || attempt == ATTEMPTS_MAX) {
                    throw failure;
                }
            }
        }
    }

    private ChunkOutcome stored(BatchChunk chunk, List<NewMemory> memories) {
        UUID tenant = call.options().tenant().orElseThrow();
        Instant now = now();
        return writes.write(ChunkOutcome.class, session -> {
            if (!chunk.model().isEmpty()) {
                embedder.hold(session, tenant, chunk.model());
            }
            return chunk.lines()
                    .stored(
                            memories.isEmpty()
                                    ? Map.of()
                                    : new MemoryKeeper(repositories, session, tenant, now).keep(memories));
        });
    }

    private Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MICROS);
    }
}
