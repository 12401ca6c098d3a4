/** The launcher against repositories and engines that fail. */
@NullMarked
package dev.vast4j.launcher;

import org.jspecify.annotations.NullMarked;
