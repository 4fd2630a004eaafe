package org.holdfast.shared;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Copies what changed at one site to another. How far it came is kept at the destination, with what was copied: whoever
 * copies next goes on there, and a destination that lost everything is given everything. Stateless.
 */
final class SiteCopier {
    private static final int CHANGES_MAX = 100;
    private static final int ROUNDS_MAX = 50;
    private static final long STEP_MILLIS_MAX = 2000;

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

    private record Change(int shard, String key) {}

    private static boolean copySome(RedisSite from, RedisSite to)
            throws InterruptedException, ExecutionException, TimeoutException {
        List<String> cursors = all(to.cursors(from.site()));
        List<CompletableFuture<List<String>>> asked = new ArrayList<>();
        for (int shard = 0; shard < cursors.size(); shard++) {
            asked.add(from.changes(shard, cursors.get(shard), CHANGES_MAX));
        }
        List<List<String>> changes = all(asked);
        Map<Change, CompletableFuture<List<String>>> values = new LinkedHashMap<>();
        boolean isMore = false;
        for (int shard = 0; shard < changes.size(); shard++) {
            List<String> entries = changes.get(shard);
            for (int each = 0; each < entries.size(); each += 2) {
                values.put(new Change(shard, entries.get(each)), from.read(entries.get(each)));
            }
            isMore |= entries.size() == 2 * CHANGES_MAX;
        }
        merge(values, to);
        // Only now: whatever is behind the cursor is at the destination.
        List<CompletableFuture<?>> moved = new ArrayList<>();
        for (int shard = 0; shard < changes.size(); shard++) {
            List<String> entries = changes.get(shard);
            if (!entries.isEmpty()) {
                moved.add(to.moveCursor(shard, from.site(), entries.get(entries.size() - 1)));
            }
        }
        await(moved);
        return isMore;
    }

    private static void merge(Map<Change, CompletableFuture<List<String>>> values, RedisSite to)
            throws InterruptedException, ExecutionException, TimeoutException {
        await(values.values());
        List<CompletableFuture<?>> merged = new ArrayList<>();
        values.forEach((change, value) -> {
            if (!value.join().isEmpty()) {
                merged.add(to.merge(change.shard(), change.key(), value.join(), UsageCounters.CALLERS_KEPT));
            }
        });
        await(merged);
    }

    private static <T> List<T> all(List<CompletableFuture<T>> answers)
            throws InterruptedException, ExecutionException, TimeoutException {
        await(answers);
        return answers.stream().map(CompletableFuture::join).toList();
    }

    private static void await(Collection<? extends CompletableFuture<?>> answers)
            throws InterruptedException, ExecutionException, TimeoutException {
        CompletableFuture.allOf(answers.toArray(CompletableFuture<?>[]::new))
                .get(STEP_MILLIS_MAX, TimeUnit.MILLISECONDS);
    }
}
