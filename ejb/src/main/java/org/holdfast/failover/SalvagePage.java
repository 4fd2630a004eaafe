package org.holdfast.failover;

import java.util.List;

/**
 * A part of a list.
 *
 * @param hasMore whether there are entries after these
 */
public record SalvagePage(List<SalvageView> items, boolean hasMore) {
    public SalvagePage {
        items = List.copyOf(items);
    }
}
