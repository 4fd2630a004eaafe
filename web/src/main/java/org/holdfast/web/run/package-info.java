/**
 * The orchestrator's runs and steps over HTTP. It checks requests and calls {@code org.holdfast.run}. Its resource belongs
 * to one request.
 */
@NullMarked
package org.holdfast.web.run;

import org.jspecify.annotations.NullMarked;
