package org.holdfast.migration;

/** Lets everything go on and tells nobody. */
final class Unwatched implements MigrationWatch {
    @Override
    public void requireGoesOn() {}

    @Override
    public void progress(long done, long total) {}

    @Override
    public void says(String what) {}

    @Override
    public void settled() {}
}
