package dev.vast4j.internal.bundle;

import java.nio.file.Path;

/**
 * A Python module or package.
 *
 * @param path a file whose name ends in {@code .py}, or a folder with an {@code __init__.py}
 */
public record PythonSource(Path path) implements BundleSource {}
