package dev.vast4j.internal.spi;

import java.text.MessageFormat;
import java.util.Map;
import org.jboss.logging.Logger;
import org.jboss.logging.LoggerProvider;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;

/**
 * Sends what the web server logs to SLF4J, its INFO lines as DEBUG: a program that deploys a
 * function has no use for the version of XNIO. The packaged jar has its own copy of JBoss Logging,
 * so that an application's is not affected. Thread-safe.
 */
public final class ServerLogs implements LoggerProvider {
  private static final String COPY = "dev.vast4j.shaded.";

  /** Undertow, XNIO and JBoss Threads, under their own names in a build that is not packaged. */
  private static boolean isOfServer(String name) {
    return name.startsWith(COPY)
        || name.startsWith("io.undertow")
        || name.startsWith("org.xnio")
        || name.startsWith("org.jboss.threads");
  }

  @Override
  public Logger getLogger(String name) {
    return new ServerLogger(name);
  }

  private static final class ServerLogger extends Logger {
    private static final long serialVersionUID = 1L;

    private final transient org.slf4j.Logger slf4j;
    private final boolean quiet;

    ServerLogger(String name) {
      super(name);
      slf4j = LoggerFactory.getLogger(name);
      quiet = isOfServer(name);
    }

    private Level levelOf(Level level) {
      return quiet && level == Level.INFO ? Level.DEBUG : level;
    }

    @Override
    public boolean isEnabled(Level level) {
      return switch (levelOf(level)) {
        case FATAL, ERROR -> slf4j.isErrorEnabled();
        case WARN -> slf4j.isWarnEnabled();
        case INFO -> slf4j.isInfoEnabled();
        case DEBUG -> slf4j.isDebugEnabled();
        case TRACE -> slf4j.isTraceEnabled();
      };
    }

    @Override
    protected void doLog(
        Level level,
        String caller,
        @Nullable Object message,
        @Nullable Object @Nullable [] arguments,
        @Nullable Throwable thrown) {
      if (isEnabled(level)) {
        String text = String.valueOf(message);
        log(level, isEmpty(arguments) ? text : MessageFormat.format(text, arguments), thrown);
      }
    }

    @Override
    protected void doLogf(
        Level level,
        String caller,
        String format,
        @Nullable Object @Nullable [] arguments,
        @Nullable Throwable thrown) {
      if (isEnabled(level)) {
        log(level, isEmpty(arguments) ? format : String.format(format, arguments), thrown);
      }
    }

    private static boolean isEmpty(@Nullable Object @Nullable [] arguments) {
      return arguments == null || arguments.length == 0;
    }

    private void log(Level level, String text, @Nullable Throwable thrown) {
      switch (levelOf(level)) {
        case FATAL, ERROR -> slf4j.error(text, thrown);
        case WARN -> slf4j.warn(text, thrown);
        case INFO -> slf4j.info(text, thrown);
        case DEBUG -> slf4j.debug(text, thrown);
        case TRACE -> slf4j.trace(text, thrown);
      }
    }
  }

  @Override
  public void clearMdc() {
    MDC.clear();
  }

  @Override
  public @Nullable Object putMdc(String key, @Nullable Object value) {
    Object before = MDC.get(key);
    MDC.put(key, value == null ? null : value.toString());
    return before;
  }

  @Override
  public @Nullable Object getMdc(String key) {
    return MDC.get(key);
  }

  @Override
  public void removeMdc(String key) {
    MDC.remove(key);
  }

  @Override
  public Map<String, Object> getMdcMap() {
    Map<String, String> copy = MDC.getCopyOfContextMap();
    return copy == null ? Map.of() : Map.copyOf(copy);
  }

  // SLF4J has no nested contexts.

  @Override
  public void clearNdc() {}

  @Override
  public @Nullable String getNdc() {
    return null;
  }

  @Override
  public int getNdcDepth() {
    return 0;
  }

  @Override
  public @Nullable String popNdc() {
    return null;
  }

  @Override
  public @Nullable String peekNdc() {
    return null;
  }

  @Override
  public void pushNdc(@Nullable String message) {}

  @Override
  public void setNdcMaxDepth(int depth) {}
}
