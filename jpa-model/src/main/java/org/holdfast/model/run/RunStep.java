package org.holdfast.model.run;

import jakarta.persistence.Column;
import jakarta.persistence.Convert;
import jakarta.persistence.Entity;
import jakarta.persistence.EnumType;
import jakarta.persistence.Enumerated;
import jakarta.persistence.FetchType;
import jakarta.persistence.JoinColumn;
import jakarta.persistence.ManyToOne;
import jakarta.persistence.Table;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.Size;
import java.time.Instant;
import java.util.Optional;
import org.holdfast.model.JsonText;
import org.holdfast.model.TenantEntity;
import org.jspecify.annotations.Nullable;

/** One step of a run, recorded as it stood when it was reported; ordinals count from 0 within the run. */
@Entity
@Table(schema = "orchestration", name = "run_step")
public class RunStep extends TenantEntity {
    @ManyToOne(optional = false, fetch = FetchType.LAZY)
    @JoinColumn(name = "run_id", nullable = false, updatable = false)
    private Run run;

    @Min(0)
    @Column(name = "ordinal", nullable = false, updatable = false)
    private int ordinal;

    @NotBlank
    @Size(max = 200)
    @Column(name = "name", nullable = false, updatable = false)
    private String name;

    @Enumerated(EnumType.STRING)
    @Column(name = "status", nullable = false)
    private RunStatus status;

    @Convert(converter = JsonText.class)
    @Column(name = "input", updatable = false)
    private @Nullable String input;

    @Convert(converter = JsonText.class)
    @Column(name = "output")
    private @Nullable String output;

    @Column(name = "created_at", nullable = false, updatable = false)
    private Instant createdAt;

    @Column(name = "finished_at")
    private @Nullable Instant finishedAt;

    @SuppressWarnings("NullAway.Init")
    protected RunStep() {}

    /**
     * A new step of a run.
     *
     * @param input a JSON text, or null for none
     * @param output a JSON text, or null for none
     */
    public RunStep(
            Run run,
            int ordinal,
            String name,
            RunStatus status,
            @Nullable String input,
            @Nullable String output,
            Instant now) {
        super(run.tenantId());
        this.run = run;
        this.ordinal = ordinal;
        this.name = name;
        this.status = status;
        this.input = input;
        this.output = output;
        this.createdAt = now;
        this.finishedAt = status.isFinal() ? now : null;
    }

    public Run run() {
        return run;
    }

    public int ordinal() {
        return ordinal;
    }

    public String name() {
        return name;
    }

    public RunStatus status() {
        return status;
    }

    /** A JSON text. */
    public Optional<String> input() {
        return Optional.ofNullable(input);
    }

    /** A JSON text. */
    public Optional<String> output() {
        return Optional.ofNullable(output);
    }

    public Instant createdAt() {
        return createdAt;
    }

    public Optional<Instant> finishedAt() {
        return Optional.ofNullable(finishedAt);
    }
}
