package org.holdfast.chain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class WorkAheadTest {
    private static final int MANY = 12_345;

    @Test
    void whatIsMadeIsTakenInTheOrderOfWhatWasAddedByWhoAddedIt() {
        Set<Thread> workers = ConcurrentHashMap.newKeySet();
        Set<Thread> takers = new HashSet<>();
        List<String> taken = new ArrayList<>();
        WorkAhead<Integer, String> ahead = new WorkAhead<>(
                batch -> {
                    workers.add(Thread.currentThread());
                    return batch.stream().map(String::valueOf).toList();
                },
                made -> {
                    taken.add(made);
                    takers.add(Thread.currentThread());
                });

        IntStream.range(0, MANY).forEach(ahead::add);
        ahead.end();

        assertThat(taken)
                .isEqualTo(IntStream.range(0, MANY).mapToObj(String::valueOf).toList());
        assertThat(takers).containsExactly(Thread.currentThread());
        assertThat(workers).isNotEmpty().doesNotContain(Thread.currentThread());
    }

    @Test
    void nothingIsMadeOfNothing() {
        List<Integer> taken = new ArrayList<>();

        new WorkAhead<Integer, Integer>(batch -> batch, taken::add).end();

        assertThat(taken).isEmpty();
    }

    @Test
    void aFailureOfTheWorkIsThrownToWhoAdds() {
        WorkAhead<Integer, Integer> ahead = new WorkAhead<>(
                batch -> {
                    throw new IllegalStateException("at " + batch.get(0));
                },
                made -> {});

        assertThatThrownBy(() -> {
                    IntStream.range(0, MANY).forEach(ahead::add);
                    ahead.end();
                })
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("at 0");
    }
}
