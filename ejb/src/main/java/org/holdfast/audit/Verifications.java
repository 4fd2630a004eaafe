package org.holdfast.audit;

import jakarta.batch.runtime.BatchRuntime;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.holdfast.connection.ErrorCategory;
import org.holdfast.connection.NothingHappenedException;
import org.holdfast.connection.RefusedException;

/** Verifications that callers wait for, each an execution of the job {@code audit-verify}. Thread-safe. */
@ApplicationScoped
public class Verifications {
    private static final Duration LONGEST = Duration.ofMinutes(9);
    private static final int AT_ONCE_MAX = 2;

    private record Asked(VerifyRequest request, CompletableFuture<VerifyReport> report) {}

    /**
     * What a job has found.
     *
     * @param job the execution of the job
     */
    public record Ended(long job, VerifyReport report) {}

    private final Map<String, Asked> asked = new ConcurrentHashMap<>();

    /**
     * Verifies, and waits for it.
     *
     * @throws RefusedException (conflict) when too many are under way
     * @throws NothingHappenedException when it could not be done, or took too long; the job goes on then
     */
    public Ended run(VerifyRequest request) {
        if (asked.size() >= AT_ONCE_MAX) {
            throw new RefusedException(
                    ErrorCategory.CONFLICT, AT_ONCE_MAX + " verifications are under way; wait for them");
        }
        String name = UUID.randomUUID().toString();
        CompletableFuture<VerifyReport> report = new CompletableFuture<>();
        asked.put(name, new Asked(request, report));
        try {
            Properties parameters = new Properties();
            parameters.setProperty("request", name);
            long job = BatchRuntime.getJobOperator().start("audit-verify", parameters);
            return new Ended(job, report.get(LONGEST.toSeconds(), TimeUnit.SECONDS));
        } catch (ExecutionException failure) {
            throw new NothingHappenedException(
                    ErrorCategory.CONNECTION, "the audit trail could not be read", failure.getCause());
        } catch (TimeoutException late) {
            throw new NothingHappenedException(
                    ErrorCategory.TIMEOUT,
                    "the verification takes longer than " + LONGEST.toMinutes() + " minutes",
                    late);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new NothingHappenedException(ErrorCategory.TIMEOUT, "the verification was interrupted", interrupted);
        } finally {
            asked.remove(name);
        }
    }

    /** What an execution was asked for; empty when nobody waits any more. */
    Optional<VerifyRequest> request(String name) {
        return Optional.ofNullable(asked.get(name)).map(Asked::request);
    }

    void ended(String name, VerifyReport report) {
        Optional.ofNullable(asked.get(name))
                .ifPresent(waiting -> waiting.report().complete(report));
    }

    void failed(String name, Exception failure) {
        Optional.ofNullable(asked.get(name))
                .ifPresent(waiting -> waiting.report().completeExceptionally(failure));
    }
}
