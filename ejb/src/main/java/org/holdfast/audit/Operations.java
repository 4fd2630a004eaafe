package org.holdfast.audit;

import jakarta.enterprise.context.Dependent;
import jakarta.inject.Inject;
import java.util.Optional;
import org.holdfast.connection.DatabaseCall;
import org.holdfast.connection.SessionOptions;

/** Notes what operators do, in the system's trail: a switch of a lost writer must not wait for it to be told. */
@Dependent
public class Operations {
    private final NoticeLog notices;
    private final DatabaseCall call;

    @Inject
    Operations(NoticeLog notices, DatabaseCall call) {
        this.notices = notices;
        this.call = call;
    }

    /** Notes what the current request has done. */
    public void note(String operation, String entity, String what) {
        SessionOptions options = call.options();
        notices.note(new Notice(Optional.empty(), operation, entity, what, options.actor(), options.origin()));
    }
}
