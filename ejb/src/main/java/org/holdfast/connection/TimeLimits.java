package org.holdfast.connection;

import java.time.Duration;

/**
 * How long a session may keep a database at work.
 *
 * @param query one statement; the database ends it
 * @param request one transaction, from its begin to its commit; longer it is not committed, and the database ends one whose
 *     application has been quiet for so long
 */
record TimeLimits(Duration query, Duration request) {}
