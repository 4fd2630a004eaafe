package org.holdfast.client;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.langchain4j.store.embedding.filter.Filter;
import dev.langchain4j.store.embedding.filter.comparison.ContainsString;
import dev.langchain4j.store.embedding.filter.comparison.IsEqualTo;
import dev.langchain4j.store.embedding.filter.comparison.IsGreaterThan;
import dev.langchain4j.store.embedding.filter.comparison.IsGreaterThanOrEqualTo;
import dev.langchain4j.store.embedding.filter.comparison.IsIn;
import dev.langchain4j.store.embedding.filter.comparison.IsLessThan;
import dev.langchain4j.store.embedding.filter.comparison.IsLessThanOrEqualTo;
import dev.langchain4j.store.embedding.filter.comparison.IsNotEqualTo;
import dev.langchain4j.store.embedding.filter.comparison.IsNotIn;
import dev.langchain4j.store.embedding.filter.logical.And;
import dev.langchain4j.store.embedding.filter.logical.Not;
import dev.langchain4j.store.embedding.filter.logical.Or;
import java.util.Collection;

/** LangChain4j's filters as the API writes them. */
final class FilterJson {
    private FilterJson() {}

    /**
     * Writes a filter.
     *
     * @throws UnsupportedOperationException when it is of a kind that LangChain4j does not have itself
     */
    static ObjectNode write(Filter filter) {
        if (filter instanceof And and) {
            return both("and", and.left(), and.right());
        }
        if (filter instanceof Or or) {
            return both("or", or.left(), or.right());
        }
        if (filter instanceof Not not) {
            ObjectNode json = Http.JSON.createObjectNode();
            json.set("not", write(not.expression()));
            return json;
        }
        return comparison(filter);
    }

    private static ObjectNode both(String name, Filter left, Filter right) {
        ObjectNode json = Http.JSON.createObjectNode();
        json.putArray(name).add(write(left)).add(write(right));
        return json;
    }

    private static ObjectNode comparison(Filter filter) {
        if (filter instanceof IsEqualTo is) {
            return one(is.key(), "eq", is.comparisonValue());
        }
        if (filter instanceof IsNotEqualTo is) {
            return one(is.key(), "ne", is.comparisonValue());
        }
        if (filter instanceof IsGreaterThan is) {
            return one(is.key(), "gt", is.comparisonValue());
        }
        if (filter instanceof IsGreaterThanOrEqualTo is) {
            return one(is.key(), "gte", is.comparisonValue());
        }
        if (filter instanceof IsLessThan is) {
            return one(is.key(), "lt", is.comparisonValue());
        }
        if (filter instanceof IsLessThanOrEqualTo is) {
            return one(is.key(), "lte", is.comparisonValue());
        }
        if (filter instanceof ContainsString is) {
            return one(is.key(), "contains", is.comparisonValue());
        }
        if (filter instanceof IsIn is) {
            return many(is.key(), "in", is.comparisonValues());
        }
        if (filter instanceof IsNotIn is) {
            return many(is.key(), "nin", is.comparisonValues());
        }
        throw new UnsupportedOperationException("filters of " + filter.getClass() + " are not known");
    }

    private static ObjectNode one(String key, String operator, Object value) {
        ObjectNode json = Http.JSON.createObjectNode().put("key", key).put("op", operator);
        json.set("value", MetadataJson.value(key, value));
        return json;
    }

    private static ObjectNode many(String key, String operator, Collection<?> values) {
        ObjectNode json = Http.JSON.createObjectNode().put("key", key).put("op", operator);
        ArrayNode array = json.putArray("values");
        for (Object value : values) {
            array.add(MetadataJson.value(key, value));
        }
        return json;
    }
}
