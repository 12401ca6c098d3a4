/**
 * What runs first in a worker's process: fetches the jars that did not travel in the bundle, then
 * starts the worker. Uses the JDK only, since nothing else may be on the class path yet. Read
 * {@link dev.vast4j.launcher.Launcher} first.
 */
@NullMarked
package dev.vast4j.launcher;

import org.jspecify.annotations.NullMarked;
