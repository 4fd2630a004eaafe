package org.holdfast.web;

/** Which addresses are the API's. */
final class ApiPath {
    private ApiPath() {}

    /**
     * Whether an address is the API's.
     *
     * @param contextPath where the application is mounted; empty at the root
     */
    static boolean includes(String contextPath, String uri) {
        String api = contextPath + "/api";
        return uri.equals(api) || uri.startsWith(api + "/");
    }
}
