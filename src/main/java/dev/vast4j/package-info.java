/** GPU functions for Java on Vast Deployments. Read {@link dev.vast4j.Deployment} first. */
@NullMarked
package dev.vast4j;

import org.jspecify.annotations.NullMarked;
