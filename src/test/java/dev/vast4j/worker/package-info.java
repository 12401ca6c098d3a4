/** A worker in this process, called over real sockets, reporting to an engine that records. */
@NullMarked
package dev.vast4j.worker;

import org.jspecify.annotations.NullMarked;
