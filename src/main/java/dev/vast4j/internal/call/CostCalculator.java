package dev.vast4j.internal.call;

import dev.vast4j.internal.function.RemoteFunction;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The workload of a call, from the function's own calculator. It is 100 without a calculator, and
 * when the calculator throws or returns a negative or non-finite number.
 */
final class CostCalculator {
  private static final Logger log = LoggerFactory.getLogger(CostCalculator.class);
  static final double DEFAULT = 100;
  private static final CostCalculator CONSTANT = new CostCalculator(null, null, "");

  private final @Nullable Object calculator;
  private final @Nullable Method method;
  private final String function;
  private final AtomicBoolean warned = new AtomicBoolean();

  private CostCalculator(@Nullable Object calculator, @Nullable Method method, String function) {
    this.calculator = calculator;
    this.method = method;
    this.function = function;
  }

  static CostCalculator of(RemoteFunction function) {
    Class<?> type = function.workload();
    if (type == null) {
      return CONSTANT;
    }
    try {
      // Reading the interface checked that both exist.
      Method method = type.getMethod("workload", function.method().getParameterTypes());
      return new CostCalculator(type.getConstructor().newInstance(), method, function.name());
    } catch (ReflectiveOperationException e) {
      log.warn("{} cannot be instantiated: calls of '{}' count 100", type, function.name(), e);
      return CONSTANT;
    }
  }

  double cost(@Nullable Object[] arguments) {
    if (method == null) {
      return DEFAULT;
    }
    double cost;
    try {
      cost = (double) method.invoke(calculator, arguments);
    } catch (IllegalAccessException e) {
      return unusable("it cannot be called", e);
    } catch (InvocationTargetException e) {
      return unusable("it threw", e.getCause());
    }
    return cost >= 0 && cost <= Double.MAX_VALUE ? cost : unusable("it returned " + cost, null);
  }

  private double unusable(String why, @Nullable Throwable cause) {
    if (warned.compareAndSet(false, true)) {
      log.warn("The workload calculator of '{}' counts 100: {}", function, why, cause);
    }
    return DEFAULT;
  }
}
