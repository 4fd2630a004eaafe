package org.holdfast.audit;

import java.util.List;
import org.holdfast.chain.Broken;

/**
 * What a verification has found.
 *
 * @param verified how many entries were looked at
 */
public record VerifyReport(long verified, List<Broken> broken) {
    public VerifyReport {
        broken = List.copyOf(broken);
    }
}
