package org.holdfast.audit;

import java.util.Optional;
import java.util.UUID;
import org.holdfast.connection.Origin;

/**
 * Something that was asked for and not done.
 *
 * @param tenant in whose trail it belongs; empty for the system's own
 * @param operation LOGIN_FAILED or REFUSED
 * @param entity what was asked for
 * @param why for people
 * @param actor who asked, or said to be
 */
public record Refusal(
        Optional<UUID> tenant, String operation, String entity, String why, String actor, Origin origin) {}
