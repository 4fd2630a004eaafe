package org.holdfast.failover;

import jakarta.batch.api.AbstractBatchlet;
import jakarta.batch.api.BatchProperty;
import jakarta.batch.runtime.context.JobContext;
import jakarta.enterprise.context.Dependent;
import jakarta.inject.Inject;
import jakarta.inject.Named;
import java.time.Duration;
import org.holdfast.topology.CurrentTopology;
import org.holdfast.topology.Topology;

/**
 * The one step of the job {@code switch}: follows a switch that was asked for until the wanted epoch is open. The switch
 * itself goes on whatever becomes of the job.
 */
@Dependent
@Named("switchBatchlet")
public class SwitchBatchlet extends AbstractBatchlet {
    private static final Duration LONGEST = Duration.ofMinutes(1);

    @Inject
    CurrentTopology current;

    @Inject
    PlannedSwitch planned;

    @Inject
    JobContext job;

    @Inject
    @BatchProperty(name = "epoch")
    String epoch;

    private volatile boolean isStopped;

    @Override
    public void stop() {
        isStopped = true;
    }

    @Override
    public String process() throws InterruptedException, SwitchFailedException {
        long wanted = Long.parseLong(epoch);
        long begun = System.nanoTime();
        Topology now = current.get();
        while (now.epoch() < wanted || !now.isOpen()) {
            Duration left = LONGEST.minusNanos(System.nanoTime() - begun);
            boolean isAsBefore = now.epoch() == wanted - 1
                    && now.isOpen()
                    && System.nanoTime() - begun > Failovers.DUE_AFTER.toNanos();
            if (isStopped || isAsBefore || left.isNegative() || left.isZero()) {
                throw new SwitchFailedException(exit("epoch " + wanted + " is not open"
                        + (isAsBefore ? ", and epoch " + now.epoch() + " still is: " + why(now.epoch()) : "")));
            }
            current.awaitChange(now, left.compareTo(Failovers.DUE_AFTER) < 0 ? left : Failovers.DUE_AFTER);
            now = current.get();
        }
        return exit("epoch " + now.epoch() + " is open: the " + now.writer() + " cluster takes the writes");
    }

    private String why(long epoch) {
        return planned.whyTakenBack(epoch).orElse("the log tells why");
    }

    private String exit(String status) {
        job.setExitStatus(status);
        return status;
    }
}
