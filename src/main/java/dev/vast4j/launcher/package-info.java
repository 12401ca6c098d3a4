/**
 * What runs before a worker and beside it with nothing but the JDK: fetches the jars that did not
 * travel in the bundle, tells the engine what is wrong, archives classes for the next boot. Read
 * {@link dev.vast4j.launcher.Fetch} first.
 */
@NullMarked
package dev.vast4j.launcher;

import org.jspecify.annotations.NullMarked;
