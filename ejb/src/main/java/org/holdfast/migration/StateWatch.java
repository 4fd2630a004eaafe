package org.holdfast.migration;

import org.holdfast.job.JobWatch;

/** A job's watch that also tells the application what its schema waits for. */
final class StateWatch implements MigrationWatch {
    private final JobWatch watch;
    private final SchemaState state;

    StateWatch(JobWatch watch, SchemaState state) {
        this.watch = watch;
        this.state = state;
    }

    @Override
    public void requireGoesOn() {
        watch.requireGoesOn();
    }

    @Override
    public void progress(long done, long total) {
        watch.progress(done, total);
    }

    @Override
    public void says(String what) {
        state.waitsFor("");
        watch.says(what);
    }

    @Override
    public void settled() {
        state.settled();
    }
}
