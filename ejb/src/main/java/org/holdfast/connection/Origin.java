package org.holdfast.connection;

/**
 * Where work comes from, as the audit trail tells it. Its texts come from outside: control characters become blanks, and what
 * is longer than {@value #CHARACTERS_MAX} characters is cut.
 *
 * @param roles of the caller, with commas between; empty when there are none
 * @param address from which the caller calls; empty when nobody does
 * @param requestId of the request; empty without one
 */
public record Origin(Source source, String roles, String address, String requestId) {
    /** The kind of work. */
    public enum Source {
        /** A request of a caller. */
        api,
        /** A request to operate the system. */
        admin,
        /** A batch job. */
        batch,
        /** The application itself. */
        system
    }

    private static final int CHARACTERS_MAX = 200;
    private static final char SEPARATOR = '\u001f';

    public Origin {
        roles = clean(roles);
        address = clean(address);
        requestId = clean(requestId);
    }

    /** The application itself. */
    public static Origin system() {
        return new Origin(Source.system, "", "", "");
    }

    /** The setting {@code holdfast.caller} of a session, which the triggers of the audit read. */
    public String setting(String actor) {
        return String.join(String.valueOf(SEPARATOR), source.name(), clean(actor), roles, address, requestId);
    }

    private static String clean(String text) {
        String cut = text.length() > CHARACTERS_MAX ? text.substring(0, CHARACTERS_MAX) : text;
        return cut.chars().anyMatch(Character::isISOControl) ? cut.replaceAll("\\p{Cntrl}", " ") : cut;
    }
}
