package org.holdfast.agent;

import java.util.Optional;

/**
 * What to change of an agent.
 *
 * @param name the new name; empty leaves the old one
 * @param describes whether the description changes
 * @param description the new one if it changes; empty removes it
 */
public record AgentChange(Optional<String> name, boolean describes, Optional<String> description) {}
