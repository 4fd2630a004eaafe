/** Batch jobs over HTTP. Its resources belong to one request. */
@NullMarked
package org.holdfast.web.job;

import org.jspecify.annotations.NullMarked;
