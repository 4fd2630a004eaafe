/**
 * Puts the routing DataSource under EclipseLink, and the application's word into its cache. The one place outside the cache
 * that knows EclipseLink's own types; it knows no node and no route. All classes are thread-safe.
 */
@NullMarked
package org.holdfast.persistence;

import org.jspecify.annotations.NullMarked;
