/** What the databases spend their time on, over HTTP. */
@NullMarked
package org.holdfast.web.tuning;

import org.jspecify.annotations.NullMarked;
