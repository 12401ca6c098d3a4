package dev.vast4j.junit;

import dev.vast4j.Vast;
import dev.vast4j.local.LocalOptions;
import dev.vast4j.local.LocalVast;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ExtensionContext.Store;
import org.junit.jupiter.api.extension.LifecycleMethodExecutionExceptionHandler;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.junit.jupiter.api.extension.TestExecutionExceptionHandler;
import org.opentest4j.TestAbortedException;

/**
 * Runs an embedded engine for tests. Resolves parameters of type {@link Vast} and {@link LocalVast}
 * of constructors, tests and lifecycle methods. When a test or a lifecycle method fails, the
 * workers' last output is attached to the failure.
 *
 * <pre>{@code
 * class SquareTest {
 *   @RegisterExtension static final LocalVastExtension local = LocalVastExtension.perClass();
 *
 *   @Test
 *   void squares(Vast vast) { ... }
 * }
 * }</pre>
 *
 * <p>{@code @ExtendWith(LocalVastExtension.class)} is the same as {@link #perClass()}. In a
 * non-static field, each test gets its own engine. Immutable.
 */
public final class LocalVastExtension
    implements BeforeAllCallback,
        ParameterResolver,
        TestExecutionExceptionHandler,
        LifecycleMethodExecutionExceptionHandler {
  private static final Namespace NAMESPACE = Namespace.create(LocalVastExtension.class);
  private static final int ATTACHED_LINES = 40;

  private final LocalOptions options;
  private final boolean shared;

  /** Creates an extension with one engine for each test class and the default options. */
  public LocalVastExtension() {
    this(LocalOptions.defaults(), false);
  }

  private LocalVastExtension(LocalOptions options, boolean shared) {
    this.options = options;
    this.shared = shared;
  }

  /**
   * Runs one engine for each test class, from before its first test until after its last.
   *
   * @return the extension
   */
  public static LocalVastExtension perClass() {
    return new LocalVastExtension();
  }

  /**
   * Runs one engine for all test classes that use a shared one, until the end of the run. The first
   * class to start sets the options.
   *
   * @return the extension
   */
  public static LocalVastExtension shared() {
    return new LocalVastExtension(LocalOptions.defaults(), true);
  }

  /**
   * Sets the engine's options. {@link LocalOptions#clock} with a {@link VirtualClock} skips hours
   * of idle time in a moment.
   *
   * @param options the engine's options
   * @return a changed copy
   */
  public LocalVastExtension with(LocalOptions options) {
    return new LocalVastExtension(options, shared);
  }

  @Override
  public void beforeAll(ExtensionContext context) {
    engine(context);
  }

  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    Class<?> type = parameter.getParameter().getType();
    return type == Vast.class || type == LocalVast.class;
  }

  @Override
  public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
    LocalVast local = engine(context);
    return parameter.getParameter().getType() == LocalVast.class ? local : local.client();
  }

  @Override
  public void handleTestExecutionException(ExtensionContext context, Throwable failure)
      throws Throwable {
    throw withWorkerLogs(context, failure);
  }

  @Override
  public void handleBeforeAllMethodExecutionException(ExtensionContext context, Throwable failure)
      throws Throwable {
    throw withWorkerLogs(context, failure);
  }

  @Override
  public void handleBeforeEachMethodExecutionException(ExtensionContext context, Throwable failure)
      throws Throwable {
    throw withWorkerLogs(context, failure);
  }

  @Override
  public void handleAfterEachMethodExecutionException(ExtensionContext context, Throwable failure)
      throws Throwable {
    throw withWorkerLogs(context, failure);
  }

  @Override
  public void handleAfterAllMethodExecutionException(ExtensionContext context, Throwable failure)
      throws Throwable {
    throw withWorkerLogs(context, failure);
  }

  /** Attaches the workers' output, except to a failed assumption, which is not a failure. */
  private Throwable withWorkerLogs(ExtensionContext context, Throwable failure) {
    Running running = store(context).get(key(), Running.class);
    if (running == null || failure instanceof TestAbortedException) {
      return failure;
    }
    for (Map.Entry<Long, List<String>> log : running.local.workerLogs().entrySet()) {
      List<String> lines = log.getValue();
      String text =
          String.join(
              "\n", lines.subList(Math.max(0, lines.size() - ATTACHED_LINES), lines.size()));
      context.publishReportEntry("vast4j worker " + log.getKey(), text.isEmpty() ? "-" : text);
      failure.addSuppressed(new WorkerOutput(log.getKey(), text));
    }
    return failure;
  }

  private LocalVast engine(ExtensionContext context) {
    return store(context)
        .getOrComputeIfAbsent(key(), key -> new Running(LocalVast.start(options)), Running.class)
        .local;
  }

  private Object key() {
    return shared ? "shared" : this;
  }

  /**
   * {@return the store for the engine} A class's nested classes and tests see its store, which
   * closes with the class.
   */
  private Store store(ExtensionContext context) {
    return (shared ? context.getRoot() : context).getStore(NAMESPACE);
  }

  /** Ends the engine when its store is closed. */
  @SuppressWarnings("deprecation") // its successor needs JUnit 5.13
  private static final class Running implements Store.CloseableResource, AutoCloseable {
    private final LocalVast local;

    Running(LocalVast local) {
      this.local = local;
    }

    @Override
    public void close() {
      local.close();
    }
  }

  /** A worker's output, shown below a failure. */
  private static final class WorkerOutput extends Exception {
    private static final long serialVersionUID = 1L;

    WorkerOutput(long worker, String text) {
      super("worker " + worker + " printed last:\n" + text, null, false, false);
    }
  }
}
