package org.holdfast.web;

/** Which addresses are the API's. */
final class ApiPath {
    private ApiPath() {}

    static boolean includes(String uri) {
        return uri.equals("/api") || uri.startsWith("/api/");
    }
}
