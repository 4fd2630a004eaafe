package org.holdfast.memory;

import java.util.List;
import org.holdfast.json.JsonDocument;

/** Which metadata are meant. Nothing of it is ever unknown: a comparison with what is not there is false. */
public sealed interface MetadataFilter {
    /** How many comparisons it has. */
    int size();

    /** All of some filters, at least one. */
    record And(List<MetadataFilter> filters) implements MetadataFilter {
        public And {
            filters = List.copyOf(filters);
        }

        @Override
        public int size() {
            return filters.stream().mapToInt(MetadataFilter::size).sum();
        }
    }

    /** Any of some filters, at least one. */
    record Or(List<MetadataFilter> filters) implements MetadataFilter {
        public Or {
            filters = List.copyOf(filters);
        }

        @Override
        public int size() {
            return filters.stream().mapToInt(MetadataFilter::size).sum();
        }
    }

    /** What another filter does not mean. */
    record Not(MetadataFilter filter) implements MetadataFilter {
        @Override
        public int size() {
            return filter.size();
        }
    }

    /**
     * A comparison of one key's value.
     *
     * @param key of the metadata's own fields, not of one within another
     * @param values texts, numbers or truth values; one but for {@link Operator#in} and {@link Operator#nin}
     */
    record Comparison(String key, Operator operator, List<JsonDocument> values) implements MetadataFilter {
        public Comparison {
            values = List.copyOf(values);
            if (values.isEmpty() || (values.size() > 1 && !operator.takesMany())) {
                throw new IllegalArgumentException(operator + " compares with " + values.size() + " values");
            }
        }

        @Override
        public int size() {
            return 1;
        }
    }

    /** How to compare; the names are those of the API. */
    enum Operator {
        /** The same text, truth value or number; 1 and 1.0 are one number. */
        eq,
        /** Another value, or none. */
        ne,
        /** Greater: numbers by size, texts by their characters' codes, and never one with the other. */
        gt,
        gte,
        lt,
        lte,
        in,
        /** None of the values, or no value. */
        nin,
        /** A text with the given one in it. */
        contains;

        /** Whether it compares with any number of values. */
        public boolean takesMany() {
            return this == in || this == nin;
        }
    }
}
