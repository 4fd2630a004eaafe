package org.holdfast.migration;

import java.util.Arrays;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.stream.Collectors;
import org.holdfast.migration.MigrationPlan.Direction;
import org.jspecify.annotations.Nullable;

/** An order as the parameters of a job. */
final class MigrationParameters {
    private static final String AUTOMATIC = "automatic";

    private MigrationParameters() {}

    static Properties of(MigrationOrder order) {
        Properties parameters = new Properties();
        parameters.setProperty(
                "direction", order.isAutomatic() ? AUTOMATIC : order.direction().name());
        order.target().ifPresent(target -> parameters.setProperty("target", target.toString()));
        parameters.setProperty("override", String.join(",", order.overrides()));
        parameters.setProperty("by", order.by());
        return parameters;
    }

    /** Parameters that were not given come as null or as an empty text. */
    static MigrationOrder order(
            @Nullable String direction, @Nullable String target, @Nullable String override, @Nullable String by) {
        String way = text(direction).orElse(AUTOMATIC);
        if (way.equals(AUTOMATIC)) {
            return MigrationOrder.automatic();
        }
        Set<String> overrides = text(override)
                .map(labels -> Arrays.stream(labels.split(",", -1)).collect(Collectors.toSet()))
                .orElse(Set.of());
        return new MigrationOrder(
                Direction.valueOf(way),
                text(target).map(MigrationVersion::of),
                overrides,
                false,
                text(by).orElse("nobody"));
    }

    private static Optional<String> text(@Nullable String value) {
        return Optional.ofNullable(value).filter(given -> !given.isBlank());
    }
}
