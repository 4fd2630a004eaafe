package org.holdfast.run;

import java.util.Optional;
import org.holdfast.json.JsonDocument;

/**
 * A step to record.
 *
 * @param status PENDING, RUNNING, SUCCEEDED, FAILED or CANCELLED
 */
public record NewStep(String name, String status, Optional<JsonDocument> input, Optional<JsonDocument> output) {}
