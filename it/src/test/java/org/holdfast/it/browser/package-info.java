/**
 * The page in a real browser, against the running system. Needs Debian's {@code chromium} package (another executable
 * with {@code -Dholdfast.chromium=path}), the dependency {@code com.microsoft.playwright:playwright}, whose driver
 * brings its own Node and is told to download no browser, and a {@link org.holdfast.it.RunningSystem}. It must know
 * nothing of the application but its page and its HTTP contract. Everything here belongs to one test thread.
 */
@NullMarked
package org.holdfast.it.browser;

import org.jspecify.annotations.NullMarked;
