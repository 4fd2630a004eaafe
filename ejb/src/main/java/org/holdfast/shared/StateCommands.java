package org.holdfast.shared;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.redisson.api.RBucketAsync;
import org.redisson.api.RFuture;
import org.redisson.api.RScript;
import org.redisson.api.RScriptAsync;

/** What is asked of one site's Redis: see {@link StateScripts}. No method waits. Thread-safe. */
final class StateCommands {
    private final Site site;
    private final String logMax;
    private final RScriptAsync scripts;
    private final Function<String, RBucketAsync<String>> buckets;

    StateCommands(Site site, String logMax, RScriptAsync scripts, Function<String, RBucketAsync<String>> buckets) {
        this.site = site;
        this.logMax = logMax;
        this.scripts = scripts;
        this.buckets = buckets;
    }

    /** Takes or renews a lease; the answer is 1 when it is the holder's. */
    CompletableFuture<Long> lease(String key, String holder, Duration life) {
        return run(
                StateScripts.LEASE, RScript.ReturnType.INTEGER, List.of(key), holder, Long.toString(life.toMillis()));
    }

    /** Merges fields into a hash; the answer is 1 when that changed it. */
    CompletableFuture<Long> merge(StateKey key, Duration life, Map<String, String> fields) {
        List<String> arguments = new ArrayList<>(List.of(logMax, Long.toString(life.toMillis())));
        fields.forEach((field, text) -> arguments.addAll(List.of(field, text)));
        return change(StateScripts.MERGE, key, arguments);
    }

    /** Merges members with whole scores into a sorted set of at most so many; the answer is how many that changed. */
    CompletableFuture<Long> mergeSorted(StateKey key, Duration life, int most, Map<String, Long> members) {
        List<String> arguments =
                new ArrayList<>(List.of(logMax, Long.toString(life.toMillis()), Integer.toString(most)));
        members.forEach((member, score) -> arguments.addAll(List.of(Long.toString(score), member)));
        return change(StateScripts.MERGE_SORTED, key, arguments);
    }

    /** Takes one of so many within ten slots; the answer is 0, or how long to wait in ms. */
    CompletableFuture<Long> take(StateKey key, Duration slot, int slots, int most) {
        return change(StateScripts.TAKE, key, slots(slot, slots, most));
    }

    /** Gives back what was taken last. */
    CompletableFuture<Long> giveBack(StateKey key, Duration slot, int slots, int most) {
        return change(StateScripts.GIVE_BACK, key, slots(slot, slots, most));
    }

    private List<String> slots(Duration slot, int slots, int most) {
        return List.of(
                logMax, site.name(), Long.toString(slot.toMillis()), Integer.toString(slots), Integer.toString(most));
    }

    private CompletableFuture<Long> change(String script, StateKey key, List<String> arguments) {
        return run(
                script,
                RScript.ReturnType.INTEGER,
                List.of(key.text(), StateKey.log(key.shard())),
                arguments.toArray());
    }

    /** Up to where a shard's changes of a site are here; "0" where nothing is. */
    CompletableFuture<String> cursor(int shard, Site from) {
        return buckets.apply(StateKey.cursor(shard, from))
                .getAsync()
                .thenApply(cursor -> cursor == null ? "0" : cursor)
                .toCompletableFuture();
    }

    CompletableFuture<?> moveCursor(int shard, Site from, String cursor) {
        return buckets.apply(StateKey.cursor(shard, from))
                .setAsync(cursor, Duration.ofDays(2))
                .toCompletableFuture();
    }

    /** A shard's keys that were changed behind the cursor, each followed by its place. */
    CompletableFuture<List<String>> changes(int shard, String cursor, int most) {
        return run(
                StateScripts.CHANGES,
                RScript.ReturnType.MULTI,
                List.of(StateKey.log(shard)),
                cursor,
                Integer.toString(most));
    }

    /** A value: life in ms, type, content; empty when it is gone. */
    CompletableFuture<List<String>> read(String key) {
        return run(StateScripts.READ, RScript.ReturnType.MULTI, List.of(key));
    }

    /** Merges what another site's {@link #read} answered. */
    CompletableFuture<Long> merge(int shard, String key, List<String> value, int sortedMost) {
        boolean isSorted = value.get(1).equals("zset");
        List<String> arguments = new ArrayList<>(List.of(logMax, value.get(0)));
        if (isSorted) {
            arguments.add(Integer.toString(sortedMost));
            for (int each = 2; each < value.size(); each += 2) {
                arguments.addAll(List.of(value.get(each + 1), value.get(each)));
            }
        } else {
            arguments.addAll(value.subList(2, value.size()));
        }
        return run(
                isSorted ? StateScripts.MERGE_SORTED : StateScripts.MERGE,
                RScript.ReturnType.INTEGER,
                List.of(key, StateKey.log(shard)),
                arguments.toArray());
    }

    private <T> CompletableFuture<T> run(
            String script, RScript.ReturnType type, List<Object> keys, Object... arguments) {
        RFuture<T> answer = scripts.evalAsync(RScript.Mode.READ_WRITE, script, type, keys, arguments);
        return answer.toCompletableFuture();
    }
}
