/**
 * Who calls: log-in, tokens, passwords and the first users. {@link org.holdfast.security.Sessions} is what callers use; it
 * knows no HTTP. Access tokens are verified by the server's MicroProfile JWT, not here. Passwords and tokens are never
 * logged nor kept, only hashes of them. Everything here is thread-safe.
 */
@NullMarked
package org.holdfast.security;

import org.jspecify.annotations.NullMarked;
