/**
 * The topology over HTTP: for load balancers and the page, and with its history for operators. It reads the current snapshot
 * and asks no database. Its resources belong to one request.
 */
@NullMarked
package org.holdfast.web.health;

import org.jspecify.annotations.NullMarked;
