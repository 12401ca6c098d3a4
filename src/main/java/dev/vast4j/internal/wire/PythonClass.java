package dev.vast4j.internal.wire;

/**
 * A Python class by name; here it is never more than that.
 *
 * @param module where it lives
 * @param name its qualified name in there
 */
record PythonClass(PythonModule module, String name) {}
