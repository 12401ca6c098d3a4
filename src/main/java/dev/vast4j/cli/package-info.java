/**
 * The command line, in its own jar: {@code java -jar vast4j-<version>-cli.jar}. Start at {@link
 * dev.vast4j.cli.Main}.
 */
@NullMarked
package dev.vast4j.cli;

import org.jspecify.annotations.NullMarked;
