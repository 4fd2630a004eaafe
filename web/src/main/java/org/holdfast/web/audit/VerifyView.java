package org.holdfast.web.audit;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import java.util.UUID;
import org.holdfast.audit.Verifications;
import org.jspecify.annotations.Nullable;

/**
 * What a verification has found.
 *
 * @param job the execution of the job
 * @param verified how many entries were looked at
 */
public record VerifyView(long job, long verified, List<BrokenView> broken) {
    /**
     * A place where the trail is not what was sealed.
     *
     * @param id the entry's; null when it is missing
     */
    public record BrokenView(
            UUID tenant,
            long sequence,

            @JsonInclude(JsonInclude.Include.ALWAYS) @Nullable
            UUID id,

            String why) {}

    static VerifyView of(Verifications.Ended ended) {
        return new VerifyView(
                ended.job(),
                ended.report().verified(),
                ended.report().broken().stream()
                        .map(broken -> new BrokenView(broken.tenant(), broken.sequence(), broken.id(), broken.why()))
                        .toList());
    }
}
