package dev.vast4j.internal.wire;

/** How a worker answers the call of a function that ends the worker's process. */
public final class FunctionExit {
  /** The error's code, in an answer of status 500: the next worker would end the same way. */
  public static final String CODE = "function_exited";

  private FunctionExit() {}
}
