/**
 * What runs before and beside a worker and needs only the JDK: fetches the jars and assets that the
 * bundle only names, reports errors to the engine, archives classes for the next boot. Read {@link
 * dev.vast4j.launcher.Fetch} first.
 */
@NullMarked
package dev.vast4j.launcher;

import org.jspecify.annotations.NullMarked;
