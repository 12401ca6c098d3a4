package dev.vast4j.internal.call;

import dev.vast4j.Param;
import dev.vast4j.Remote;

/** Functions with all kinds of calculators. */
public interface Costly {
  @Remote
  int free(@Param("n") int n);

  @Remote(workload = Counting.class)
  int counted(@Param("n") int n);

  @Remote(workload = Throwing.class)
  int thrown(@Param("n") int n);

  @Remote(workload = Broken.class)
  int broken(@Param("n") int n);

  /** Cannot be instantiated. */
  class Broken {
    public Broken() {
      throw new IllegalStateException("not even that");
    }

    public double workload(int n) {
      return n;
    }
  }

  /** Returns its argument. */
  class Counting {
    public double workload(int n) {
      return n == 3 ? Double.NaN : n == 4 ? Double.POSITIVE_INFINITY : n;
    }
  }

  /** Throws. */
  class Throwing {
    public double workload(int n) {
      throw new IllegalStateException("not today");
    }
  }
}
