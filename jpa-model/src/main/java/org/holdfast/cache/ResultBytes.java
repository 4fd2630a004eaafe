package org.holdfast.cache;

import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Function;
import org.holdfast.cache.row.UncodableValueException;
import org.holdfast.cache.row.ValueReader;
import org.holdfast.cache.row.ValueWriter;
import org.jspecify.annotations.Nullable;

/** The bytes of a kept result: the ids of what it depends on, then the results one after the other. */
final class ResultBytes {
    private ResultBytes() {}

    /** @throws UncodableValueException when a value is of a type that cannot be kept */
    static <T> byte[] of(String ids, List<T> results, BiConsumer<T, ValueWriter> coding) {
        ValueWriter out = new ValueWriter(false).text(ids).count(results.size());
        results.forEach(result -> coding.accept(result, out));
        return out.toByteArray();
    }

    /** Whether the result depends on exactly what has these ids. */
    static boolean isOf(byte[] bytes, String ids) {
        return new ValueReader(bytes, 0).text().equals(ids);
    }

    static <T> List<T> read(byte[] bytes, Function<ValueReader, T> coding) {
        ValueReader in = new ValueReader(bytes, 0);
        in.text();
        int size = Math.toIntExact(in.count());
        List<T> results = new ArrayList<>(Math.min(size, bytes.length));
        for (int each = 0; each < size; each++) {
            results.add(coding.apply(in));
        }
        return results;
    }

    /** The parameters of a query, each with its type. */
    static byte[] ofParameters(List<? extends @Nullable Object> parameters) {
        ValueWriter out = new ValueWriter(false);
        parameters.forEach(out::value);
        return out.toByteArray();
    }
}
