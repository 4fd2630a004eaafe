package org.holdfast.web.tuning;

import java.util.List;
import org.holdfast.tuning.KeptPlan;

/**
 * Kept plans.
 *
 * @param items those first that were first seen last
 */
public record PlansView(List<KeptPlan> items) {}
