package org.holdfast.audit;

import java.util.Optional;
import java.util.UUID;
import org.holdfast.connection.Origin;

/**
 * Something that is no change of a row and waits to be told: a refusal, or an operation that must not wait for a database.
 *
 * @param tenant in whose trail it belongs; empty for the system's own
 * @param operation LOGIN_FAILED, REFUSED, or what was done
 * @param entity what was asked for
 * @param why for people
 * @param actor who asked, or said to be
 */
public record Notice(Optional<UUID> tenant, String operation, String entity, String why, String actor, Origin origin) {}
