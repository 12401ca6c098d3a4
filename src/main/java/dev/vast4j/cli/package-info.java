/**
 * The command line, in a jar of its own beside the library's: {@code java -jar
 * vast4j-<version>-cli.jar}. Read {@link dev.vast4j.cli.Main} first.
 */
@NullMarked
package dev.vast4j.cli;

import org.jspecify.annotations.NullMarked;
