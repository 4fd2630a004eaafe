/**
 * Reads configuration values and refuses bad ones with the key, the value and what is allowed. Features keep their own
 * configuration records; they only read through here. Thread-safe.
 */
@NullMarked
package org.holdfast.settings;

import org.jspecify.annotations.NullMarked;
