/** Tests of the launcher with repositories and engines that fail. */
@NullMarked
package dev.vast4j.launcher;

import org.jspecify.annotations.NullMarked;
