package dev.vast4j.browser;

import dev.vast4j.Context;
import org.jspecify.annotations.Nullable;

/** A bundle that cannot start. */
public final class Absent implements Context<String> {
  @Override
  public String enter() {
    throw new IllegalStateException("the weights are not there");
  }

  @Override
  public void exit(String value, @Nullable Throwable failure) {}
}
