package org.holdfast.web.memory;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.holdfast.json.JsonDocument;
import org.holdfast.memory.MetadataFilter;
import org.holdfast.web.Fields;
import org.holdfast.web.ProblemException;
import org.holdfast.web.StrictJson;
import org.jspecify.annotations.Nullable;

/**
 * Which metadata are meant: {@code and} or {@code or} of several filters, {@code not} of one, or a comparison of a key.
 *
 * @param key a field of the metadata
 * @param value what to compare with; with {@code in} and {@code nin} it is {@code values}
 */
record FilterRequest(
        @Nullable List<@Nullable FilterRequest> and,
        @Nullable List<@Nullable FilterRequest> or,
        @Nullable FilterRequest not,
        @Nullable String key,
        MetadataFilter.@Nullable Operator op,
        @Nullable JsonDocument value,
        @Nullable List<@Nullable JsonDocument> values) {
    private static final int COMPARISONS_MAX = 100;
    private static final int VALUES_MAX = 1_000;
    private static final int VALUE_CHARS_MAX = 4_000;

    /** The filter of a field; a type of its own within itself would not end in the description of the API. */
    static Optional<MetadataFilter> read(@Nullable JsonDocument field) {
        if (field == null || field.text().equals("null")) {
            return Optional.empty();
        }
        MetadataFilter filter = StrictJson.read(field.text().getBytes(StandardCharsets.UTF_8), FilterRequest.class)
                .filter();
        if (filter.size() > COMPARISONS_MAX) {
            throw bad("has " + filter.size() + " comparisons; it must have at most " + COMPARISONS_MAX);
        }
        return Optional.of(filter);
    }

    private MetadataFilter filter() {
        boolean isComparison = key != null || op != null || value != null || values != null;
        int forms = (and == null ? 0 : 1) + (or == null ? 0 : 1) + (not == null ? 0 : 1) + (isComparison ? 1 : 0);
        if (forms != 1) {
            throw bad("must have one of 'and', 'or', 'not', and a comparison of 'key' by 'op'");
        }
        if (and != null) {
            return new MetadataFilter.And(each("and", and));
        }
        if (or != null) {
            return new MetadataFilter.Or(each("or", or));
        }
        return not == null ? comparison() : new MetadataFilter.Not(not.filter());
    }

    private static List<MetadataFilter> each(String name, List<@Nullable FilterRequest> parts) {
        List<MetadataFilter> filters = new ArrayList<>(parts.size());
        for (FilterRequest part : parts) {
            filters.add(Fields.required(name, part).filter());
        }
        if (filters.isEmpty()) {
            throw bad("has an empty '" + name + "'");
        }
        return filters;
    }

    private MetadataFilter comparison() {
        String field = Fields.text("key", key, MemoryFields.NAME_CHARS_MAX);
        MetadataFilter.Operator operator = Fields.required("op", op);
        if (operator.takesMany() ? value != null : values != null) {
            throw bad("has " + (value == null ? "values" : "a value") + " beside '" + operator + "'");
        }
        List<@Nullable JsonDocument> given = operator.takesMany() ? Fields.required("values", values) : single();
        if (given.isEmpty() || given.size() > VALUES_MAX) {
            throw bad("compares with " + given.size() + " values; it must be 1 to " + VALUES_MAX);
        }
        List<JsonDocument> scalars = new ArrayList<>(given.size());
        for (JsonDocument each : given) {
            scalars.add(scalar(operator, Fields.required("value", each)));
        }
        return new MetadataFilter.Comparison(field, operator, scalars);
    }

    private List<@Nullable JsonDocument> single() {
        List<@Nullable JsonDocument> one = new ArrayList<>();
        one.add(Fields.required("value", value));
        return one;
    }

    private static JsonDocument scalar(MetadataFilter.Operator operator, JsonDocument value) {
        String json = value.text();
        boolean isText = json.startsWith("\"");
        boolean isTruth = json.equals("true") || json.equals("false");
        boolean isNumber = json.startsWith("-") || Character.isDigit(json.charAt(0));
        boolean fits = switch (operator) {
            case eq, ne, in, nin -> isText || isNumber || isTruth;
            case gt, gte, lt, lte -> isText || isNumber;
            case contains -> isText;
        };
        if (!fits) {
            throw bad("cannot compare by '" + operator + "' with such a value");
        }
        if (json.length() > VALUE_CHARS_MAX) {
            throw bad("has a value of " + json.length() + " characters; it must have at most " + VALUE_CHARS_MAX);
        }
        return value;
    }

    private static ProblemException bad(String why) {
        return ProblemException.badRequest("field 'filter' " + why);
    }
}
