package org.holdfast.cache;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.holdfast.cache.stress.StressReport;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Goal: no read breaks a promise of the cache. Method: hot rows written and read by two instances over a replica that is late,
 * while Redis is flushed, evicts, restarts, dies, hangs and loses its connections by a seeded plan; every read is compared
 * with the committed history. Invariants: nothing that was never committed, no finished write missed by whoever knows of it,
 * nothing stale afterwards, no update that fails for ever. More seeds, longer: {@code ./holdfast bench cache-stress}.
 */
class StressIT {
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void promisesAreKept(long seed) {
        StressReport report = new StressRun(Servers.get(), seed, Duration.ofSeconds(5), Duration.ofMillis(500)).run();

        assertThat(report.violations()).as(report.line()).noneMatch(violation -> violation.isBroken());
        assertThat(report.redisHits()).as("Redis was used").isPositive();
        assertThat(report.nearHits()).as("the near cache was used").isPositive();
    }
}
