package org.holdfast.connection;

import jakarta.enterprise.context.RequestScoped;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The current request as the databases see it: what it asks for, set once its caller is known, and where its last session
 * ran. Confined to the request's thread.
 */
@RequestScoped
public class DatabaseCall {
    private SessionOptions options = SessionOptions.anonymous();
    private @Nullable SessionReport report;

    public SessionOptions options() {
        return options;
    }

    public void ask(SessionOptions wanted) {
        this.options = wanted;
    }

    /** Where the request's last session ran; empty while it touched no database. */
    public Optional<SessionReport> report() {
        return Optional.ofNullable(report);
    }

    void record(SessionReport ended) {
        // A read after a write must not hide the write's token.
        SessionReport earlier = report;
        if (earlier != null && earlier.token().isPresent() && ended.token().isEmpty()) {
            report = new SessionReport(ended.node(), ended.epoch(), earlier.token(), earlier.durability());
        } else {
            report = ended;
        }
    }
}
