package org.holdfast.cache.redis;

/** What became of a row that was offered. */
public record PutAnswer(String text) {
    private static final String SERVER = "server ";

    /** Is the row, or one of the same version, there now? */
    public boolean isKept() {
        return text.equals("ok") || text.equals("same");
    }

    /** Was it refused because the server is not known to have kept every tombstone of the window? */
    public boolean isUnknownServer() {
        return text.startsWith(SERVER);
    }

    /** The server's identity; only of {@link #isUnknownServer}. */
    public String server() {
        return text.substring(SERVER.length(), text.indexOf('='));
    }

    /** How many keys it has evicted; only of {@link #isUnknownServer}. */
    public String evictions() {
        return text.substring(text.indexOf('=') + 1, text.length() - 1);
    }
}
