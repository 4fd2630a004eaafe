package org.holdfast.audit;

import jakarta.batch.api.AbstractBatchlet;
import jakarta.batch.api.BatchProperty;
import jakarta.batch.runtime.context.JobContext;
import jakarta.enterprise.context.Dependent;
import jakarta.inject.Inject;
import jakarta.inject.Named;
import java.sql.SQLException;
import java.util.Optional;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.holdfast.chain.Broken;

/** The one step of the job {@code audit-verify}. */
@Dependent
@Named("verifyBatchlet")
public class VerifyBatchlet extends AbstractBatchlet {
    private static final Logger LOG = Logger.getLogger(VerifyBatchlet.class.getName());

    @Inject
    Verifications verifications;

    @Inject
    TrailReader trail;

    @Inject
    JobContext job;

    @Inject
    @BatchProperty(name = "request")
    String request;

    @Override
    public String process() throws SQLException {
        Optional<VerifyRequest> wanted = verifications.request(request);
        if (wanted.isEmpty()) {
            return exit("nobody waits for it");
        }
        try {
            VerifyReport report = trail.verify(wanted.get());
            for (Broken broken : report.broken()) {
                LOG.log(Level.SEVERE, "the audit chain is broken: {0}", broken);
            }
            verifications.ended(request, report);
            return exit("verified " + report.verified() + ", broken "
                    + report.broken().size());
        } catch (SQLException | RuntimeException failure) {
            verifications.failed(request, failure);
            throw failure;
        }
    }

    // A step's exit status does not become its job's by itself.
    private String exit(String status) {
        job.setExitStatus(status);
        return status;
    }
}
