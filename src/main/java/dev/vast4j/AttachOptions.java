package dev.vast4j;

import dev.vast4j.observe.CallObserver;
import java.util.List;
import java.util.stream.Stream;

/**
 * How to call an existing deployment: observers, Jackson modules and exception types. Immutable:
 * every method returns a changed copy.
 */
public final class AttachOptions {
  private static final AttachOptions DEFAULTS = new AttachOptions(List.of(), List.of(), List.of());

  private final List<Class<?>> jacksonModules;
  private final List<Class<? extends Throwable>> exceptions;
  private final List<CallObserver> observers;

  private AttachOptions(
      List<Class<?>> jacksonModules,
      List<Class<? extends Throwable>> exceptions,
      List<CallObserver> observers) {
    this.jacksonModules = jacksonModules;
    this.exceptions = exceptions;
    this.observers = observers;
  }

  /**
   * No modules, no exceptions, no observers.
   *
   * @return the value to start from
   */
  public static AttachOptions defaults() {
    return DEFAULTS;
  }

  /**
   * Lets values be bound with a Jackson module here, as {@link Deployment.Builder#jacksonModule}
   * does here and on the workers.
   *
   * @param type a public class that extends {@code com.fasterxml.jackson.databind.Module}, with a
   *     public constructor without parameters; checked by {@link Deployment#attach(String, String,
   *     Vast, AttachOptions)}
   * @return a changed copy
   */
  public AttachOptions jacksonModule(Class<?> type) {
    return new AttachOptions(with(jacksonModules, type), exceptions, observers);
  }

  /**
   * Registers an exception type that functions throw without declaring it, as {@link
   * Deployment.Builder#exception} does.
   *
   * @param type a public class with a public constructor that takes a message, a message and a
   *     cause, or nothing; checked by {@link Deployment#attach(String, String, Vast,
   *     AttachOptions)}
   * @return a changed copy
   */
  public AttachOptions exception(Class<? extends Throwable> type) {
    return new AttachOptions(jacksonModules, with(exceptions, type), observers);
  }

  /**
   * Adds an observer of calls, for metrics, traces or logs.
   *
   * @param observer told about every call through the attached deployment
   * @return a changed copy
   */
  public AttachOptions observe(CallObserver observer) {
    return new AttachOptions(jacksonModules, exceptions, with(observers, observer));
  }

  /** {@return the Jackson modules, in the order given} */
  public List<Class<?>> jacksonModules() {
    return jacksonModules;
  }

  /** {@return the exception types that failures are rebuilt as} */
  public List<Class<? extends Throwable>> exceptions() {
    return exceptions;
  }

  /** {@return the observers of calls, in the order given} */
  public List<CallObserver> observers() {
    return observers;
  }

  private static <T> List<T> with(List<T> before, T one) {
    return Stream.concat(before.stream(), Stream.of(one)).toList();
  }
}
