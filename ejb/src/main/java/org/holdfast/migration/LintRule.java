package org.holdfast.migration;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** What is looked for before anything runs. The labels are the API's; an error is overridden by its label. */
enum LintRule {
    KIND("kind", false),
    TRANSACTION("transaction", false),
    JAVA("java", false),
    REWRITE("rewrite", true),
    BLOCKING_INDEX("blocking-index", true),
    NOT_NULL("not-null", true),
    UNCHECKED_CONSTRAINT("unchecked-constraint", true),
    REQUIRED_COLUMN("required-column", true),
    ORDER("order", true),
    OLD_APPLICATION("old-application", true),
    NO_ROLLBACK("no-rollback", true),
    NO_KEY("no-key", true),
    LOCK_OUT("lock-out", true),
    NOT_ATOMIC("not-atomic", true),
    OUT_OF_ORDER("out-of-order", true),
    DROPS_ROWS("drops-rows", true),
    APPLICATION_NEEDS("application-needs", true),
    MISSING_ROLLBACK("missing-rollback", false),
    OFFLINE("offline", false);

    private final String label;
    private final boolean isOverridable;

    LintRule(String label, boolean isOverridable) {
        this.label = label;
        this.isOverridable = isOverridable;
    }

    String label() {
        return label;
    }

    boolean isOverridable() {
        return isOverridable;
    }

    static Optional<LintRule> of(String label) {
        return Arrays.stream(values()).filter(rule -> rule.label.equals(label)).findFirst();
    }

    static List<String> overridable() {
        return Arrays.stream(values())
                .filter(LintRule::isOverridable)
                .map(LintRule::label)
                .toList();
    }
}
