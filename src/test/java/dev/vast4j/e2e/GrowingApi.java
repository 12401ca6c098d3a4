package dev.vast4j.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import javax.tools.ToolProvider;

/**
 * A remote interface in versions, each compiled into a folder of its own. A version adds to the one
 * before: a component of its parameter's record and of its result's, a component of two records
 * within them, and an {@code Optional} parameter. Bodies throw unless what the client's version
 * lacks is the default and what it has arrived.
 */
final class GrowingApi {
  static final int MOST = 10;

  private static final String NAME = "growing.Api";

  /**
   * A component.
   *
   * @param value what clients give
   * @param absent what the body sees when a client does not know it
   * @param constructor the compact constructor's default, or empty
   */
  private record Component(String type, String value, String absent, String constructor) {}

  private static final List<Component> COMPONENTS =
      List.of(
          new Component("boolean", "true", "false", ""),
          new Component("String", "\"given\"", "\"compact\"", "\"compact\""),
          new Component("Optional<Item>", "Optional.of(item())", "Optional.empty()", ""),
          new Component("List<Item>", "List.of(item(), item())", "List.of()", "List.of()"),
          new Component("int", "7", "0", ""),
          new Component("Inner", "inner()", "NONE", "NONE"),
          new Component("double", "2.5", "0.0", ""),
          new Component("Map<String, Item>", "Map.of(\"k\", item())", "null", ""),
          new Component("Mood", "Mood.GREAT", "Mood.GOOD", "Mood.GOOD"),
          new Component("Long", "9L", "null", ""));

  private static final List<Component> GROWN =
      List.of(
          new Component("boolean", "true", "false", ""),
          new Component("int", "1", "0", ""),
          new Component("Optional<String>", "Optional.of(\"o\")", "Optional.empty()", ""),
          new Component("long", "2L", "0L", ""),
          new Component("double", "3.0", "0.0", ""),
          new Component("char", "'c'", "(char) 0", ""),
          new Component("short", "(short) 4", "(short) 0", ""),
          new Component("OptionalInt", "OptionalInt.of(5)", "OptionalInt.empty()", ""),
          new Component("float", "6f", "0f", ""),
          new Component("byte", "(byte) 7", "(byte) 0", ""));

  private static final List<Component> PARAMETERS =
      List.of(
          new Component("Optional<String>", "Optional.of(\"p\")", "Optional.empty()", ""),
          new Component(
              "Optional<List<Item>>", "Optional.of(List.of(item()))", "Optional.empty()", ""),
          new Component("OptionalInt", "OptionalInt.of(3)", "OptionalInt.empty()", ""),
          new Component("Optional<Item>", "Optional.of(item())", "Optional.empty()", ""),
          new Component("OptionalDouble", "OptionalDouble.of(1.5)", "OptionalDouble.empty()", ""),
          new Component("Optional<Boolean>", "Optional.of(true)", "Optional.empty()", ""),
          new Component("OptionalLong", "OptionalLong.of(9)", "OptionalLong.empty()", ""),
          new Component("Optional<Mood>", "Optional.of(Mood.GOOD)", "Optional.empty()", ""),
          new Component("Optional<Inner>", "Optional.of(inner())", "Optional.empty()", ""),
          new Component("Optional<Integer>", "Optional.of(4)", "Optional.empty()", ""));

  private static final String SOURCE =
      """
      package growing;

      import dev.vast4j.*;
      import java.util.*;

      public interface Api {
        int VERSION = %1$d;

        enum Mood { GOOD, GREAT }

        record Inner(String s%2$s) {}

        record Item(String id%2$s) {}

        record In(int client, List<Item> items, Inner nested%4$s) {
          public In {
      %5$s    }
        }

        record Out(int client, List<Item> items, Inner nested%4$s, int version) {}

        Inner NONE = new Inner("none"%8$s);

        static Item item() {
          return new Item("item"%3$s);
        }

        static Inner inner() {
          return new Inner("inner"%3$s);
        }

        static In in() {
          return new In(VERSION, List.of(item(), item()), inner()%6$s);
        }

        static void check(boolean known, Object value, Object given, Object absent) {
          Object wanted = known ? given : absent;
          if (!Objects.equals(value, wanted)) {
            throw new IllegalStateException(value + " instead of " + wanted);
          }
        }

        @Remote(allowParallelRequests = true, maxQueueTime = 600)
        @Benchmark(dataset = "{\\"in\\": {\\"client\\": -1}}", runs = 1)
        default Out call(In in%7$s) {
          int client = in.client();
          if (client >= 0) {
      %9$s    }
          return new Out(client, in.items(), in.nested()%10$s, VERSION);
        }

        static int answered(Out out) {
          Item item = out.items().get(0);
          if (out.client() != VERSION || out.items().size() != 2 || !item.id().equals("item")
              || (out.version() >= VERSION
                  && !(item.equals(item()) && out.nested().equals(inner())))) {
            throw new IllegalStateException(out.toString());
          }
          return out.version();
        }

        static int callWithAll(Api api) {
          return answered(api.call(in()%11$s));
        }

        static int callWithNone(Api api) {
          return answered(api.call(in()%12$s));
        }
      }
      """;

  private final Class<?> type;

  private GrowingApi(Class<?> type) {
    this.type = type;
  }

  /** Compiles a version, from 0 to {@link #MOST}, into a folder that must not exist. */
  static GrowingApi compile(Path folder, int version) throws IOException {
    Path source = folder.resolve("src").resolve("Api.java");
    Path classes = folder.resolve("classes");
    Files.createDirectories(source.getParent());
    Files.createDirectories(classes);
    Files.writeString(source, source(version));
    int failed =
        ToolProvider.getSystemJavaCompiler()
            .run(
                null,
                null,
                null,
                "-proc:none",
                "-parameters",
                "-classpath",
                System.getProperty("java.class.path"),
                "-d",
                classes.toString(),
                source.toString());
    assertThat(failed).isZero();
    return new GrowingApi(load(classes));
  }

  @SuppressWarnings("resource") // workers and proxies load from it until the test ends
  private static Class<?> load(Path classes) throws MalformedURLException {
    URL[] folder = {classes.toUri().toURL()};
    try {
      return new URLClassLoader(folder, GrowingApi.class.getClassLoader()).loadClass(NAME);
    } catch (ClassNotFoundException e) {
      throw new AssertionError(e);
    }
  }

  private static String source(int version) {
    List<Component> grown = GROWN.subList(0, version);
    List<Component> components = COMPONENTS.subList(0, version);
    List<Component> parameters = PARAMETERS.subList(0, version);
    return SOURCE.formatted(
        version,
        declared(grown, "g"),
        given(grown),
        declared(components, "c"),
        IntStream.range(0, version)
            .filter(i -> !components.get(i).constructor().isEmpty())
            .mapToObj(
                i ->
                    "      c%1$d = c%1$d == null ? %2$s : c%1$d;\n"
                        .formatted(i, components.get(i).constructor()))
            .collect(Collectors.joining()),
        given(components),
        declared(parameters, "p"),
        grown.stream().map(c -> ", " + c.absent()).collect(Collectors.joining()),
        IntStream.range(0, version)
            .mapToObj(i -> checks(i, components.get(i), parameters.get(i)))
            .collect(Collectors.joining()),
        IntStream.range(0, version)
            .mapToObj(i -> ", in.c" + i + "()")
            .collect(Collectors.joining()),
        given(parameters),
        parameters.stream().map(c -> ", " + c.absent()).collect(Collectors.joining()));
  }

  private static String declared(List<Component> components, String prefix) {
    return IntStream.range(0, components.size())
        .mapToObj(i -> ", " + components.get(i).type() + " " + prefix + i)
        .collect(Collectors.joining());
  }

  private static String given(List<Component> components) {
    return components.stream().map(c -> ", " + c.value()).collect(Collectors.joining());
  }

  /**
   * What a later client gives has more in it, so only what this version's own gives is compared.
   */
  private static String checks(int i, Component component, Component parameter) {
    return """
          if (client == VERSION || client <= %1$d) {
            check(client > %1$d, in.c%1$d(), %2$s, %3$s);
          }
          if (client <= %1$d) {
            check(false, p%1$d, null, %4$s);
          }
    """
        .formatted(i, component.value(), component.absent(), parameter.absent());
  }

  /** {@return the interface} */
  Class<?> type() {
    return type;
  }

  /**
   * Calls through a proxy of the interface and checks the answer.
   *
   * @param all whether to give the {@code Optional} parameters
   * @return the version that answered
   */
  int call(Object proxy, boolean all) throws ReflectiveOperationException {
    return (int) type.getMethod(all ? "callWithAll" : "callWithNone", type).invoke(null, proxy);
  }
}
