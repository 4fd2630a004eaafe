package org.holdfast.memory;

/** How much of the vector index a search visits; small scopes are compared in full at every quality. */
public enum SearchQuality {
    SPEED(40),
    BALANCED(100),
    QUALITY(200);

    private final int efSearch;

    SearchQuality(int efSearch) {
        this.efSearch = efSearch;
    }

    int efSearch() {
        return efSearch;
    }
}
