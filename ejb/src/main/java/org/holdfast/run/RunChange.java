package org.holdfast.run;

import java.util.Optional;
import org.holdfast.json.JsonDocument;

/**
 * What to change of a run.
 *
 * @param name the new name; empty leaves the old one
 * @param status the status to move to; empty leaves the old one
 * @param answers whether the output changes
 * @param output the new one if it changes; empty removes it
 */
public record RunChange(
        Optional<String> name, Optional<String> status, boolean answers, Optional<JsonDocument> output) {}
