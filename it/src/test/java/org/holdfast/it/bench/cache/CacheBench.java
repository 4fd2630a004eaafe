package org.holdfast.it.bench.cache;

import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;

/**
 * {@code ./holdfast bench cache-micro}: one thread; p50 and p99 of finds, of lists of twenty and of updates in microseconds. Every find is of a
 * persistence context of its own. Needs {@code up --databases}.
 */
@BenchmarkMode(Mode.SampleTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(1)
@Warmup(iterations = 30, time = 2)
@Measurement(iterations = 5, time = 3)
public class CacheBench {
    /** Before each call what the process knows is forgotten, so that Redis is asked; not timed. */
    @State(Scope.Thread)
    public static class Forgetful {
        /** Empties the near cache, after what the last update told has been read again by the other instance. */
        @Setup(Level.Invocation)
        public void forget(Ways ways) {
            ways.ours.getCache().evictAll();
        }

        /** Redis has the row. */
        @Setup(Level.Iteration)
        public void fill(Ways ways) {
            Parcel unused = Ways.find(ways.oursElsewhere, ways.ourParcel);
        }
    }

    /** Runs all, or those whose names match the arguments. */
    public static void main(String[] arguments) throws RunnerException {
        OptionsBuilder options = new OptionsBuilder();
        if (arguments.length == 0) {
            options.include(CacheBench.class.getName());
        }
        for (String each : arguments) {
            options.include(each);
        }
        new Runner(options.build()).run();
    }

    @Benchmark
    public Parcel findNear(Ways ways) {
        return Ways.find(ways.ours, ways.ourParcel);
    }

    @Benchmark
    public Parcel findInRedis(Ways ways, Forgetful forgetful) {
        return Ways.find(ways.ours, ways.ourParcel);
    }

    @Benchmark
    public Parcel findInRedisByHibernate(Ways ways) {
        return Ways.find(ways.hibernate, ways.hibernateParcel);
    }

    @Benchmark
    public Parcel findInDatabase(Ways ways) {
        return Ways.find(ways.plain, ways.plainParcel);
    }

    @Benchmark
    public Parcel findInDatabaseByHibernate(Ways ways) {
        return Ways.find(ways.plainHibernate, ways.hibernateParcel);
    }

    @Benchmark
    public List<Parcel> hotQuery(Ways ways) {
        return Ways.hot(ways.ours, "city-7");
    }

    @Benchmark
    public List<Parcel> queryByJpql(Ways ways) {
        return Ways.inCity(ways.plain, "city-7");
    }

    @Benchmark
    public void update(Ways ways) {
        Ways.update(ways.ours, ways.ourParcel);
    }

    @Benchmark
    public void updateWithoutCache(Ways ways) {
        Ways.update(ways.plain, ways.plainParcel);
    }

    @Benchmark
    public void updateByHibernate(Ways ways) {
        Ways.update(ways.hibernate, ways.hibernateParcel);
    }
}
