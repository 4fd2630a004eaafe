package org.holdfast.web;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.eclipse.microprofile.openapi.OASFactory;
import org.eclipse.microprofile.openapi.OASFilter;
import org.eclipse.microprofile.openapi.models.OpenAPI;
import org.eclipse.microprofile.openapi.models.Operation;
import org.eclipse.microprofile.openapi.models.PathItem.HttpMethod;
import org.eclipse.microprofile.openapi.models.media.Schema;
import org.eclipse.microprofile.openapi.models.media.Schema.SchemaType;
import org.eclipse.microprofile.openapi.models.parameters.Parameter;
import org.eclipse.microprofile.openapi.models.parameters.Parameter.In;
import org.eclipse.microprofile.openapi.models.responses.APIResponse;
import org.holdfast.connection.Consistency;
import org.holdfast.connection.Durability;

/**
 * Adds to the description of the API the headers that filters read and write for every call on tenants' rows, which no
 * resource names.
 */
public class DescribedHeaders implements OASFilter {
    // Of users and of the system itself: these write without a key, and are not read from replicas.
    private static final List<String> READ_BY_POST = List.of("/search", "/context", "/nearest");
    private static final List<String> OTHERS = List.of("/api/auth/", "/api/admin/", "/api/health/");

    @Override
    public void filterOpenAPI(OpenAPI api) {
        api.getPaths().getPathItems().forEach((path, item) -> {
            if (path.startsWith("/api/") && OTHERS.stream().noneMatch(path::startsWith)) {
                item.getOperations().forEach((method, operation) -> describe(isRead(path, method), operation));
            }
        });
    }

    private static boolean isRead(String path, HttpMethod method) {
        return method == HttpMethod.GET || READ_BY_POST.stream().anyMatch(path::endsWith);
    }

    private static void describe(boolean isRead, Operation operation) {
        parameters(isRead).forEach(operation::addParameter);
        operation.getResponses().getAPIResponses().forEach((status, response) -> {
            if (status.startsWith("2") || status.equals("default")) {
                headers(isRead).forEach((name, meaning) -> header(response, name, meaning));
            }
        });
    }

    private static List<Parameter> parameters(boolean isRead) {
        return isRead
                ? List.of(
                        parameter("Holdfast-Consistency", "How new the answer must be", choice(Consistency.values())),
                        parameter("Holdfast-Token", "The token of a write that the answer must include", text()))
                : List.of(
                        parameter("Holdfast-Durability", "Where the write must be", choice(Durability.values())),
                        parameter(
                                "Idempotency-Key",
                                "The write happens once under this key, however often it is sent",
                                text().minLength(1).maxLength(200)));
    }

    private static Map<String, String> headers(boolean isRead) {
        String node = "The node that answered";
        String epoch = "The number of times that the writing cluster was chosen";
        return isRead
                ? Map.of("Holdfast-Node", node, "Holdfast-Epoch", epoch)
                : Map.of(
                        "Holdfast-Node",
                        node,
                        "Holdfast-Epoch",
                        epoch,
                        "Holdfast-Token",
                        "Makes a later read include this write",
                        "Holdfast-Durability",
                        "Where the write is: " + Arrays.toString(Durability.values()),
                        "Idempotency-Replayed",
                        "true when the answer is that of an earlier request");
    }

    private static Parameter parameter(String name, String meaning, Schema schema) {
        return OASFactory.createParameter()
                .name(name)
                .in(In.HEADER)
                .required(false)
                .description(meaning)
                .schema(schema);
    }

    private static void header(APIResponse response, String name, String meaning) {
        response.addHeader(name, OASFactory.createHeader().description(meaning).schema(text()));
    }

    private static Schema text() {
        return OASFactory.createSchema().type(SchemaType.STRING);
    }

    private static Schema choice(Enum<?>[] values) {
        return text().enumeration(Arrays.stream(values)
                .map(value -> (Object) value.name())
                .toList());
    }
}
