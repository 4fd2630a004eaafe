package org.holdfast.web.failover;

import org.holdfast.topology.Cluster;
import org.holdfast.web.Fields;
import org.holdfast.web.ProblemException;

/**
 * A switch of the writer.
 *
 * @param confirm the cluster that is to become the writer, said once more
 */
public record SwitchRequest(String confirm) {
    public SwitchRequest {
        Fields.required("confirm", confirm);
    }

    void require(Cluster target) {
        if (!confirm.equals(target.name())) {
            throw ProblemException.badRequest(
                    "confirm must be '" + target + "', the cluster that is to become the writer here");
        }
    }
}
