/**
 * What agents remember: stored, embedded, searched. Every method of the exported classes runs sessions of the connection
 * manager for the current request's tenant; what belongs to another tenant is not there. It knows nothing of the
 * API's HTTP and JSON; {@code EmbeddingEndpoint} and {@code EndpointText} speak both to an endpoint that embeds. The exported
 * classes are thread-safe; texts of an import are embedded beside the request, a limited number at once. Decided in
 * docs/adr/0007, 0021 and 0023.
 */
@NullMarked
package org.holdfast.memory;

import org.jspecify.annotations.NullMarked;
