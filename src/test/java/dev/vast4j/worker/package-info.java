/** Tests of a worker over real sockets, with an engine that records its reports. */
@NullMarked
package dev.vast4j.worker;

import org.jspecify.annotations.NullMarked;
