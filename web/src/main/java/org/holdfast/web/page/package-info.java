/**
 * What the page's static files need from the server: headers that keep foreign scripts and frames out, and that keep a
 * browser from showing the files of an older version. Knows nothing of the API and nothing of what the page shows. Holds
 * no state, so any number of threads may use it.
 */
@NullMarked
package org.holdfast.web.page;

import org.jspecify.annotations.NullMarked;
