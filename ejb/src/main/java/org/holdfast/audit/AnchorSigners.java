package org.holdfast.audit;

import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Who signs anchors, and whose anchors count.
 *
 * @param signer empty when no key is configured
 */
record AnchorSigners(Optional<AnchorSigner> signer, List<String> earlier) {
    AnchorSigners {
        earlier = List.copyOf(earlier);
    }

    /** Ids of the keys whose anchors count. */
    Set<String> trusted() {
        Set<String> ids = new HashSet<>(earlier);
        signer.ifPresent(present -> ids.add(present.keyId()));
        return ids;
    }
}
