package org.holdfast.shared;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.function.IntFunction;
import java.util.stream.IntStream;

/**
 * Copies what changed at one site to another. How far it came is kept at the destination, with what was copied: whoever
 * copies next goes on there, and a destination that lost everything is given everything. Stateless.
 */
final class SiteCopier {
    private static final int CHANGES_MAX = 100;
    private static final int ROUNDS_MAX = 50;

    private SiteCopier() {}

    /**
     * Copies until nothing is left, for a bounded number of rounds.
     *
     * @throws ExecutionException when one of the two fails; what was copied until then is copied
     */
    static void copy(RedisSite from, RedisSite to) throws InterruptedException, ExecutionException, TimeoutException {
        boolean isMore = true;
        for (int round = 0; isMore && round < ROUNDS_MAX; round++) {
            isMore = copySome(from, to);
        }
    }

    private record Change(int shard, String key, CompletableFuture<List<String>> value) {}

    private static boolean copySome(RedisSite from, RedisSite to)
            throws InterruptedException, ExecutionException, TimeoutException {
        RedisSite.Pipeline cursors = to.pipeline();
        List<CompletableFuture<String>> behind =
                everyShard(shard -> cursors.commands().cursor(shard, from.site()));
        cursors.send();
        RedisSite.Pipeline logs = from.pipeline();
        List<CompletableFuture<List<String>>> changed = everyShard(
                shard -> logs.commands().changes(shard, behind.get(shard).join(), CHANGES_MAX));
        logs.send();
        List<Change> changes = read(changed, from);
        if (changes.isEmpty()) {
            return false;
        }
        RedisSite.Pipeline merges = to.pipeline();
        List<CompletableFuture<?>> merged = new ArrayList<>();
        for (Change change : changes) {
            List<String> value = change.value().join();
            if (!value.isEmpty()) {
                merged.add(merges.commands().merge(change.shard(), change.key(), value, UsageCounters.CALLERS_KEPT));
            }
        }
        if (!merged.isEmpty()) {
            merges.send();
            merged.forEach(CompletableFuture::join);
        }
        moveCursors(changed, from, to);
        return changed.stream().anyMatch(entries -> entries.join().size() == 2 * CHANGES_MAX);
    }

    private static List<Change> read(List<CompletableFuture<List<String>>> changed, RedisSite from)
            throws InterruptedException, ExecutionException, TimeoutException {
        RedisSite.Pipeline reads = from.pipeline();
        List<Change> changes = new ArrayList<>();
        for (int shard = 0; shard < changed.size(); shard++) {
            List<String> entries = changed.get(shard).join();
            for (int each = 0; each < entries.size(); each += 2) {
                String key = entries.get(each);
                changes.add(new Change(shard, key, reads.commands().read(key)));
            }
        }
        if (!changes.isEmpty()) {
            reads.send();
        }
        return changes;
    }

    // Last: whatever is behind the cursor is at the destination.
    private static void moveCursors(List<CompletableFuture<List<String>>> changed, RedisSite from, RedisSite to)
            throws InterruptedException, ExecutionException, TimeoutException {
        RedisSite.Pipeline moves = to.pipeline();
        List<CompletableFuture<?>> moved = new ArrayList<>();
        for (int shard = 0; shard < changed.size(); shard++) {
            List<String> entries = changed.get(shard).join();
            if (!entries.isEmpty()) {
                moved.add(moves.commands().moveCursor(shard, from.site(), entries.get(entries.size() - 1)));
            }
        }
        moves.send();
        moved.forEach(CompletableFuture::join);
    }

    private static <T> List<T> everyShard(IntFunction<T> question) {
        return IntStream.range(0, StateKey.SHARDS).mapToObj(question).toList();
    }
}
