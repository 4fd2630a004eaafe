/**
 * The DataSource class that the server's pools are made of. It belongs in the server's lib, below every application, and
 * knows nothing of Holdfast's own classes.
 *
 * <p>The container's commit hides what PostgreSQL answered: its SQLSTATE, and where in the log the commit ended. A
 * connection of this package keeps both for the calling thread ({@link org.holdfast.driver.CommitReport}).
 */
@NullMarked
package org.holdfast.driver;

import org.jspecify.annotations.NullMarked;
