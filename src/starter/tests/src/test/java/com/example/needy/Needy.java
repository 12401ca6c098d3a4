package com.example.needy;

import dev.vast4j.Benchmark;
import dev.vast4j.Context;
import dev.vast4j.Contexts;
import dev.vast4j.Remote;

/** Uses a context that takes an argument. */
public interface Needy {
  @Remote
  @Benchmark(dataset = "{}", runs = 1)
  default String told() {
    return Contexts.get(ModelContext.class) + " " + System.getenv("GREETING_TEXT");
  }

  /** Takes an argument. */
  class ModelContext implements Context<String> {
    private final String modelName;

    public ModelContext(String modelName) {
      this.modelName = modelName;
    }

    @Override
    public String enter() {
      if (modelName.equals("broken")) {
        throw new IllegalStateException("no model of that name");
      }
      return modelName;
    }
  }
}
