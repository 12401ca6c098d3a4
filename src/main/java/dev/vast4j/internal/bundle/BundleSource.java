package dev.vast4j.internal.bundle;

/** The code of a bundle. */
public sealed interface BundleSource permits PythonSource, JavaSource {}
