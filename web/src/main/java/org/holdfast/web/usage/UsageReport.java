package org.holdfast.web.usage;

import java.util.List;
import java.util.Map;
import org.holdfast.shared.UsageCounters;

/**
 * What a tenant did in this hour.
 *
 * @param from when the hour began, RFC 3339
 * @param complete whether all instances are counted; otherwise the one that answers alone, because Redis did not answer it
 * @param copier whether this instance keeps the two sites in step, and they are
 * @param sites requests by the site that was called
 * @param callers those that were seen last, 20 at most
 */
public record UsageReport(
        String from,
        boolean complete,
        boolean copier,
        long requests,
        Map<String, Long> sites,
        List<CallerReport> callers) {
    /** One caller; {@code lastSeen} is RFC 3339. */
    public record CallerReport(String caller, long requests, String lastSeen) {}

    static UsageReport of(UsageCounters.Usage usage) {
        return new UsageReport(
                usage.from().toString(),
                usage.isComplete(),
                usage.isCopier(),
                usage.requests(),
                usage.bySite(),
                usage.callers().stream()
                        .map(each -> new CallerReport(
                                each.caller(), each.requests(), each.lastSeen().toString()))
                        .toList());
    }
}
