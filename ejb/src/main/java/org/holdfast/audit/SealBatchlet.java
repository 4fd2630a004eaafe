package org.holdfast.audit;

import jakarta.batch.api.AbstractBatchlet;
import jakarta.batch.runtime.context.JobContext;
import jakarta.enterprise.context.Dependent;
import jakarta.inject.Inject;
import jakarta.inject.Named;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * The one step of the job {@code audit-seal}: seals until nothing has come for a while, or for some minutes. So a busy system
 * has few executions of it, and an idle one none.
 */
@Dependent
@Named("sealBatchlet")
public class SealBatchlet extends AbstractBatchlet {
    private static final Duration LONGEST = Duration.ofMinutes(10);
    private static final Duration IDLE_MAX = Duration.ofSeconds(15);

    @Inject
    WriterConnection writer;

    @Inject
    Sealer sealer;

    @Inject
    AuditConfig config;

    @Inject
    JobContext job;

    private final CountDownLatch stopped = new CountDownLatch(1);

    @Override
    public void stop() {
        stopped.countDown();
    }

    @Override
    public String process() throws SQLException, InterruptedException {
        long begun = System.nanoTime();
        long worked = begun;
        long total = 0;
        boolean isStopped = false;
        while (!isStopped
                && System.nanoTime() - begun < LONGEST.toNanos()
                && System.nanoTime() - worked < IDLE_MAX.toNanos()) {
            int sealed = writer.run(sealer::pass);
            total += sealed;
            if (sealed > 0) {
                worked = System.nanoTime();
            } else {
                isStopped = stopped.await(config.sealInterval().toMillis(), TimeUnit.MILLISECONDS);
            }
        }
        String status = "sealed " + total;
        job.setExitStatus(status);
        return status;
    }
}
