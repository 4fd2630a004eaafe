/**
 * What agents remember: stored, embedded, searched. Every method of the exported classes runs sessions of the connection
 * manager for the current request's tenant; what belongs to another tenant is not there. It knows no HTTP and no JSON
 * library. The exported classes are thread-safe; embedding runs beside the request, at most one inference for each core.
 */
@NullMarked
package org.holdfast.memory;

import org.jspecify.annotations.NullMarked;
