package org.holdfast.run;

import jakarta.enterprise.context.Dependent;
import jakarta.inject.Inject;
import jakarta.persistence.EntityManager;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.LongConsumer;
import org.holdfast.cache.QueryTag;
import org.holdfast.connection.ConnectionManager;
import org.holdfast.connection.ErrorCategory;
import org.holdfast.connection.RefusedException;
import org.holdfast.idempotency.IdempotentWrites;
import org.holdfast.json.JsonDocument;
import org.holdfast.model.agent.Agent;
import org.holdfast.model.run.Run;
import org.holdfast.model.run.RunStatus;
import org.holdfast.model.run.RunStep;
import org.holdfast.repository.Listing;
import org.holdfast.repository.Parts;
import org.holdfast.repository.Repository;
import org.holdfast.repository.RepositoryFactory;
import org.jspecify.annotations.Nullable;

/** The tenant's runs and their steps. */
@Dependent
public class Runs {
    private static final Listing<Run> OLDEST =
            Listing.of("runs", Run.class, "select r from Run r where r.id > ?1 order by r.id");
    private static final Listing<RunStep> STEPS = Listing.of(
            "run-steps",
            RunStep.class,
            "select s from RunStep s where s.run.id = ?1 and s.ordinal >= ?2 order by s.ordinal");

    private final ConnectionManager connections;
    private final IdempotentWrites writes;
    private final RepositoryFactory repositories;
    private final InstantSource clock;

    @Inject
    Runs(ConnectionManager connections, IdempotentWrites writes, RepositoryFactory repositories, InstantSource clock) {
        this.connections = connections;
        this.writes = writes;
        this.repositories = repositories;
        this.clock = clock;
    }

    /** Records a run that is pending; empty when there is no such agent. */
    public Optional<RunView> create(UUID agentId, String name, Optional<JsonDocument> input) {
        return writes.writeIfThere(
                RunView.class,
                entities -> repositories.of(entities, Agent.class).find(agentId).map(agent -> {
                    Run run = new Run(agent, name, text(input), now());
                    runs(entities).add(run);
                    entities.flush();
                    return RunView.of(run);
                }));
    }

    /** The oldest runs after {@code after}, at most {@code max}. */
    public List<RunView> list(UUID after, int max) {
        return connections.read(entities -> runs(entities).list(OLDEST, QueryTag.of(Run.class), max, after).stream()
                .map(RunView::of)
                .toList());
    }

    public Optional<RunView> get(UUID id) {
        return connections.read(entities -> runs(entities).find(id).map(RunView::of));
    }

    /**
     * Changes a run; empty when it is not there.
     *
     * @param check sees the version that is about to change, and may throw to leave it as it is
     * @throws RefusedException (validation) when there is no such status, (conflict) when the run has ended with another
     */
    public Optional<RunView> change(UUID id, RunChange change, LongConsumer check) {
        Optional<RunStatus> status = change.status().map(Runs::status);
        return writes.writeIfThere(
                RunView.class,
                entities -> runs(entities).locked(id).map(run -> {
                    check.accept(run.version());
                    change.name().ifPresent(run::rename);
                    if (change.answers()) {
                        run.answer(text(change.output()));
                    }
                    status.ifPresent(next -> move(run, next));
                    // The version that the caller is told is the one after the update.
                    entities.flush();
                    return RunView.of(run);
                }));
    }

    /**
     * Records the next step of a run; empty when there is no such run.
     *
     * @throws RefusedException (validation) when there is no such status
     */
    public Optional<StepView> addStep(UUID runId, NewStep reported) {
        RunStatus status = status(reported.status());
        // Under the run's lock the ordinals have neither gaps nor doubles.
        return writes.writeIfThere(
                StepView.class,
                entities -> runs(entities).locked(runId).map(run -> {
                    Instant now = now();
                    RunStep step = new RunStep(
                            run,
                            nextOrdinal(entities, run),
                            reported.name(),
                            status,
                            text(reported.input()),
                            text(reported.output()),
                            now);
                    steps(entities).add(step, Parts.stepsOf(runId));
                    entities.flush();
                    return StepView.of(step);
                }));
    }

    /** The steps from ordinal {@code from} on, at most {@code max}; empty when there is no such run. */
    public Optional<List<StepView>> steps(UUID runId, int from, int max) {
        return connections.read(entities -> runs(entities)
                .find(runId)
                .map(run -> steps(entities).list(STEPS, Parts.stepsOf(runId), max, runId, from).stream()
                        .map(StepView::of)
                        .toList()));
    }

    private static int nextOrdinal(EntityManager entities, Run run) {
        Integer last = entities.createQuery("select max(s.ordinal) from RunStep s where s.run = :run", Integer.class)
                .setParameter("run", run)
                .getSingleResult();
        return last == null ? 0 : last + 1;
    }

    private void move(Run run, RunStatus next) {
        try {
            run.moveTo(next, now());
        } catch (IllegalStateException ended) {
            throw new RefusedException(ErrorCategory.CONFLICT, String.valueOf(ended.getMessage()), ended);
        }
    }

    private Repository<Run> runs(EntityManager entities) {
        return repositories.of(entities, Run.class);
    }

    private Repository<RunStep> steps(EntityManager entities) {
        return repositories.of(entities, RunStep.class);
    }

    private static @Nullable String text(Optional<JsonDocument> document) {
        return document.map(JsonDocument::text).orElse(null);
    }

    private static RunStatus status(String name) {
        return Arrays.stream(RunStatus.values())
                .filter(status -> status.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new RefusedException(
                        ErrorCategory.VALIDATION, "status must be one of " + Arrays.toString(RunStatus.values())));
    }

    // In the grain that PostgreSQL keeps, so that what the caller is told is what is read back.
    private Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MICROS);
    }
}
