/**
 * Workers as child processes of this machine, each in its own folder, and what ends them whatever
 * happens. Read {@link dev.vast4j.local.process.ProcessHost} first.
 */
@NullMarked
package dev.vast4j.local.process;

import org.jspecify.annotations.NullMarked;
