package org.holdfast.model.run;

import jakarta.persistence.CascadeType;
import jakarta.persistence.Column;
import jakarta.persistence.Convert;
import jakarta.persistence.Entity;
import jakarta.persistence.EnumType;
import jakarta.persistence.Enumerated;
import jakarta.persistence.FetchType;
import jakarta.persistence.JoinColumn;
import jakarta.persistence.ManyToOne;
import jakarta.persistence.OneToMany;
import jakarta.persistence.OrderBy;
import jakarta.persistence.Table;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.Size;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.holdfast.model.JsonText;
import org.holdfast.model.TenantEntity;
import org.holdfast.model.agent.Agent;
import org.jspecify.annotations.Nullable;

/** One piece of work that the orchestrator gave to an agent. */
@Entity
@Table(schema = "orchestration", name = "run")
public class Run extends TenantEntity {
    @ManyToOne(optional = false, fetch = FetchType.LAZY)
    @JoinColumn(name = "agent_id", nullable = false, updatable = false)
    private Agent agent;

    @NotBlank
    @Size(max = 200)
    @Column(name = "name", nullable = false)
    private String name;

    @Enumerated(EnumType.STRING)
    @Column(name = "status", nullable = false)
    private RunStatus status = RunStatus.PENDING;

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

    @OneToMany(mappedBy = "run", cascade = CascadeType.PERSIST, fetch = FetchType.LAZY)
    @OrderBy("ordinal")
    private List<RunStep> steps = new ArrayList<>();

    @SuppressWarnings("NullAway.Init")
    protected Run() {}

    public Run(Agent agent, String name, @Nullable String input, Instant now) {
        super(agent.tenantId());
        this.agent = agent;
        this.name = name;
        this.input = input;
        this.createdAt = now;
    }

    public Agent agent() {
        return agent;
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

    public List<RunStep> steps() {
        return Collections.unmodifiableList(steps);
    }

    public void rename(String newName) {
        this.name = newName;
    }

    /**
     * Replaces the output.
     *
     * @param json a JSON text, or null for none
     */
    public void answer(@Nullable String json) {
        this.output = json;
    }

    /**
     * Moves to another status.
     *
     * @throws IllegalStateException when the run has already ended with another status
     */
    public void moveTo(RunStatus next, Instant now) {
        if (status.isFinal() && next != status) {
            throw new IllegalStateException("the run has ended as " + status + " and cannot become " + next);
        }
        status = next;
        if (next.isFinal() && finishedAt == null) {
            finishedAt = now;
        }
    }
}
