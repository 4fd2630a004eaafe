package org.holdfast.migration;

import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** A version as file names have it: numbers, between which stand dots or underscores. {@code 1.0} and {@code 1} are equal. */
public record MigrationVersion(List<Long> numbers) implements Comparable<MigrationVersion> {
    private static final Pattern FORM = Pattern.compile("\\d{1,18}(?:[._]\\d{1,18})*");

    public MigrationVersion {
        int last = numbers.size();
        while (last > 1 && numbers.get(last - 1) == 0) {
            last--;
        }
        numbers = List.copyOf(numbers.subList(0, last));
    }

    /**
     * Reads one.
     *
     * @throws IllegalArgumentException when it is none
     */
    public static MigrationVersion of(String text) {
        if (!FORM.matcher(text).matches()) {
            throw new IllegalArgumentException(
                    "'" + text + "' is no version: it must be numbers with dots between them, such as 12 or 2.1");
        }
        return new MigrationVersion(
                Arrays.stream(text.split("[._]", -1)).map(Long::valueOf).toList());
    }

    @Override
    public int compareTo(MigrationVersion other) {
        for (int i = 0; i < Math.max(numbers.size(), other.numbers.size()); i++) {
            int order = Long.compare(number(i), other.number(i));
            if (order != 0) {
                return order;
            }
        }
        return 0;
    }

    private long number(int position) {
        return position < numbers.size() ? numbers.get(position) : 0;
    }

    @Override
    public String toString() {
        return numbers.stream().map(String::valueOf).collect(Collectors.joining("."));
    }
}
