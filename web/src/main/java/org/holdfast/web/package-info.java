/**
 * What every answer under {@code /api} has in common: the application, who may call, strict JSON, problem documents, limits,
 * paging and the headers that speak of the databases. It knows no feature. Everything here is thread-safe but what belongs
 * to one request.
 */
@NullMarked
package org.holdfast.web;

import org.jspecify.annotations.NullMarked;
