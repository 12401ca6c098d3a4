package dev.vast4j;

import static com.tngtech.archunit.base.DescribedPredicate.alwaysTrue;
import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaCodeUnit;
import com.tngtech.archunit.core.domain.JavaField;
import com.tngtech.archunit.core.domain.JavaMember;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.domain.JavaPackage;
import com.tngtech.archunit.core.domain.JavaType;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import com.tngtech.archunit.library.GeneralCodingRules;
import com.tngtech.archunit.library.dependencies.SliceAssignment;
import com.tngtech.archunit.library.dependencies.SliceIdentifier;
import dev.vast4j.docs.Proves;
import java.time.Clock;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.NullMarked;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Which way the arrows between packages go, and what each package shows. */
class ArchitectureTest {
  private static final String ROOT = "dev.vast4j";

  /**
   * What each package may use of the others, next to {@link #VOCABULARY}; "" is the root package. A
   * package that is not here has no place in the design yet.
   */
  private static final Map<String, Set<String>> ARROWS =
      Map.ofEntries(
          Map.entry("errors", Set.of()),
          Map.entry("query", Set.of("errors")),
          Map.entry("observe", Set.of()),
          Map.entry("api", Set.of("", "internal.http", "query", "errors")),
          Map.entry("internal.function", Set.of("errors")),
          Map.entry("internal.wire", Set.of("errors")),
          // both read the variables of proxies
          Map.entry("internal.http", Set.of("launcher", "errors")),
          Map.entry("internal.spi", Set.of("errors")),
          Map.entry("internal.terminal", Set.of()),
          Map.entry("internal.bundle", Set.of("", "internal.function", "errors")),
          // the launcher signs on workers what is signed here where workers have no key
          Map.entry("internal.assets", Set.of("", "internal.bundle", "launcher", "errors")),
          Map.entry(
              "internal.call",
              Set.of(
                  "",
                  "api",
                  "observe",
                  "internal.function",
                  "internal.wire",
                  "internal.http",
                  "errors")),
          Map.entry(
              "internal.deploy",
              Set.of(
                  "",
                  "api",
                  "observe",
                  "query",
                  "errors",
                  "internal.function",
                  "internal.wire",
                  "internal.http",
                  "internal.spi",
                  "internal.bundle",
                  "internal.assets",
                  "launcher",
                  "internal.terminal",
                  "internal.call")),
          // the launcher's HTTP client needs nothing but the JDK and is in the process anyway
          Map.entry(
              "worker",
              Set.of("launcher", "internal.function", "internal.wire", "internal.spi", "errors")),
          Map.entry("launcher", Set.of()),
          Map.entry(
              "local",
              Set.of(
                  "local.fleet",
                  "local.process",
                  "local.store",
                  "local.page",
                  "internal.spi",
                  "errors")),
          Map.entry("local.fleet", Set.of("query", "errors")),
          Map.entry("local.process", Set.of("local.fleet", "launcher", "errors")),
          Map.entry("local.store", Set.of("launcher")),
          Map.entry("local.page", Set.of()),
          Map.entry("junit", Set.of("", "local", "errors")),
          // a copy of its own, also within a program that has another version
          Map.entry("cli", Set.of("", "api", "query", "local", "internal.terminal", "errors")),
          Map.entry("", Set.of("api", "observe", "query", "errors")));

  /** The words in which functions are written, on either side of a call. */
  private static final Set<Class<?>> VOCABULARY =
      Set.of(
          Remote.class,
          Benchmark.class,
          Batched.class,
          BatchResult.class,
          Param.class,
          RemoteType.class,
          Sessions.class,
          Context.class,
          Contexts.class);

  /** The root package's builders and factories: they alone name what implements it. */
  private static final Set<String> FACTORIES =
      Set.of(
          "Vast", "Deployment", "ProgressListener", "Batch", "Classpath", "Sessions", "Contexts");

  /** Packages whose classes form no cycle, because a call or a deploy flows through them. */
  private static final Set<String> FLOWS = Set.of("internal.call", "internal.deploy", "worker");

  /** Packages of which only these types can be seen from outside. */
  private static final Map<String, Set<String>> SHOWN =
      Map.of(
          "worker", Set.of("Worker", "WorkerMain"),
          "launcher",
              Set.of(
                  "Fetch",
                  "ParentWatch",
                  "EngineHttp",
                  "ErrorBeacon",
                  "ClassArchive",
                  "ProxyVariables",
                  "UserAgent",
                  "SigV4"),
          "local", Set.of("LocalVast", "LocalOptions", "LocalTemplate", "LocalEngineLauncher"),
          "local.process",
              Set.of("ProcessHost", "HostSettings", "Home", "Watchdog", "Threads", "Template"),
          "local.store", Set.of("ObjectStore", "StoreHandler"),
          "local.page", Set.of("Page"),
          "junit", Set.of("LocalVastExtension", "VirtualClock"),
          "cli", Set.of("Main"));

  /** Packages that users write against. */
  private static final List<String> API = List.of("", "query", "errors", "api", "local", "junit");

  /** Stand-alone programs, and what a program asks for to be shown. */
  private static final Set<String> MAY_PRINT =
      Set.of("OwnedOutput", "WorkerMain", "ConsoleLog", "Main", "PrintingProgress");

  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .withImportOption(location -> !location.contains("/jmh_generated/"))
          .importPackages(ROOT);

  static Stream<String> packages() {
    return ARROWS.keySet().stream().sorted();
  }

  static Stream<String> flows() {
    return FLOWS.stream().sorted();
  }

  static Stream<String> shown() {
    return SHOWN.keySet().stream().sorted();
  }

  static Stream<String> api() {
    return API.stream();
  }

  @Test
  void everyPackageIsInTheDesign() {
    Set<String> there = new TreeSet<>();
    for (JavaClass type : CLASSES) {
      there.add(shortName(type.getPackageName()));
    }

    assertThat(ARROWS.keySet()).containsAll(there);
  }

  @Test
  void everyPackageIsDescribedAndNullMarked() {
    for (JavaPackage found : CLASSES.getPackage(ROOT).getSubpackagesInTree()) {
      if (!found.getClasses().isEmpty()) {
        assertThat(found.tryGetPackageInfo()).as(found.getName()).isPresent();
        assertThat(found.isAnnotatedWith(NullMarked.class)).as(found.getName()).isTrue();
      }
    }
    assertThat(CLASSES.getPackage(ROOT).isAnnotatedWith(NullMarked.class)).isTrue();
  }

  /**
   * Who looks at the time of day, and for what: signatures and certificates, what files are dated,
   * the start of what is then measured by the clock that never goes back, the embedded engine's
   * clock, which tests put forward, ages in the command line's tables.
   */
  private static final Set<String> TIME_OF_DAY =
      Set.of(
          "SystemTiming",
          "AssetFetcher",
          "DeployedAssets",
          "BundlePlanner",
          "Worker",
          "LocalOptions",
          "VirtualClock",
          "StatusCommand",
          "ServiceChecks",
          "WorkersCommand");

  @Test
  void theRootPackageHasPublicTypesOnly() {
    classes()
        .that(areIn("").and(describe("are outermost", type -> type.getEnclosingClass().isEmpty())))
        .and(describe("are no package description", type -> !isPackageInfo(type)))
        .should()
        .bePublic()
        .check(CLASSES);
  }

  @Test
  void onlyFactoriesOfTheRootPackageNameImplementations() {
    noClasses()
        .that(
            areIn("")
                .and(
                    describe(
                        "are none of " + FACTORIES,
                        type -> !FACTORIES.contains(outermost(type).getSimpleName()))))
        .should()
        .dependOnClassesThat(resideInAPackage(ROOT + ".internal.."))
        .check(CLASSES);
  }

  @Test
  void packagesFormNoCycle() {
    slices()
        .assignedFrom(
            sliced("package", type -> isOurs(type) ? shortName(type.getPackageName()) : null))
        .should()
        .beFreeOfCycles()
        .ignoreDependency(alwaysTrue(), areIn(""))
        .ignoreDependency(areIn(""), alwaysTrue())
        .check(CLASSES);
  }

  @ParameterizedTest
  @MethodSource("flows")
  void classesOfAFlowFormNoCycle(String name) {
    slices()
        .assignedFrom(
            sliced(
                "class of " + name,
                type -> areIn(name).test(type) ? outermost(type).getSimpleName() : null))
        .should()
        .beFreeOfCycles()
        .check(CLASSES);
  }

  @ParameterizedTest
  @MethodSource("packages")
  void arrowsGoOneWay(String from) {
    Set<String> targets = ARROWS.get(from);
    noClasses()
        .that(areIn(from).and(describe("are not the bridge", type -> !isBridge(type))))
        .should()
        .dependOnClassesThat(
            describe(
                "are of packages other than " + targets,
                type ->
                    isOurs(type)
                        && !isReachable(type, from, targets)
                        && !(from.isEmpty() && isInternal(type))))
        .allowEmptyShould(true)
        .check(CLASSES);
  }

  @Test
  void theLauncherNeedsTheJdkOnly() {
    classes()
        .that(areIn("launcher"))
        .should()
        .onlyDependOnClassesThat(
            describe(
                "are of the JDK or of the launcher, annotations aside",
                type ->
                    type.getPackageName().startsWith("java.")
                        || type.getPackageName().startsWith("javax.")
                        || type.getPackageName().startsWith("org.w3c.dom")
                        || type.getPackageName().startsWith("org.xml.sax")
                        || type.isPrimitive()
                        || type.isArray()
                        || type.getPackageName().startsWith("org.jspecify.")
                        || shortName(type.getPackageName()).equals("launcher")))
        .allowEmptyShould(true)
        .check(CLASSES);
  }

  @ParameterizedTest
  @MethodSource("shown")
  void hidesItsParts(String name) {
    noClasses()
        .that(
            areIn(name)
                .and(
                    describe(
                        "are none of " + SHOWN.get(name),
                        type -> !SHOWN.get(name).contains(outermost(type).getSimpleName()))))
        .should(be("be visible", ArchitectureTest::isVisible))
        .allowEmptyShould(true)
        .check(CLASSES);
  }

  @ParameterizedTest
  @MethodSource("api")
  void showsNoTypesOfLibrariesNorOfItsInside(String name) {
    classes()
        .that(
            areIn(name)
                .and(describe("can be seen", ArchitectureTest::isVisible))
                .and(describe("are no service of ours", type -> !isProvider(type))))
        .should(mentionOnly("the JDK's types and public ones of ours", name))
        .allowEmptyShould(true)
        .check(CLASSES);
  }

  @Test
  @Proves(
      at = Proves.At.WORKER,
      fault = "its clock jumps",
      of = "calls, sessions, reports",
      outcome = "nothing ends early or late: only a few listed classes read the time of day")
  void onlyAFewClassesReadTheTimeOfDay() {
    noClasses()
        .that(
            describe(
                "are none of " + TIME_OF_DAY,
                type -> !TIME_OF_DAY.contains(outermost(type).getSimpleName())))
        .should()
        .callMethod(Instant.class, "now")
        .orShould()
        .callMethod(System.class, "currentTimeMillis")
        .orShould()
        .callMethod(Clock.class, "systemUTC")
        .orShould()
        .callMethod(Clock.class, "systemDefaultZone")
        .orShould()
        .callConstructor(Date.class)
        .check(CLASSES);
  }

  @Test
  void logsBySlf4jOnly() {
    JavaClasses libraries =
        CLASSES.that(describe("no launcher", type -> !areIn("launcher").test(type)));
    GeneralCodingRules.NO_CLASSES_SHOULD_USE_JAVA_UTIL_LOGGING.check(libraries);
    GeneralCodingRules.NO_CLASSES_SHOULD_ACCESS_STANDARD_STREAMS.check(
        libraries.that(
            describe("no program", type -> !MAY_PRINT.contains(outermost(type).getSimpleName()))));
  }

  private static SliceAssignment sliced(String kind, Function<JavaClass, @Nullable String> nameOf) {
    return new SliceAssignment() {
      @Override
      public SliceIdentifier getIdentifierOf(JavaClass type) {
        String name = nameOf.apply(type);
        return name == null ? SliceIdentifier.ignore() : SliceIdentifier.of(name);
      }

      @Override
      public String getDescription() {
        return kind;
      }
    };
  }

  private static boolean isPackageInfo(JavaClass type) {
    return type.getSimpleName().equals("package-info");
  }

  /** {@code LocalVast.client()} answers a {@code Vast}; nothing else there knows the client. */
  private static boolean isBridge(JavaClass type) {
    return type.getFullName().equals(ROOT + ".local.LocalVast");
  }

  /** Public for {@code ServiceLoader} alone. */
  private static boolean isProvider(JavaClass type) {
    return type.getInterfaces().stream()
        .anyMatch(parent -> parent.toErasure().getPackageName().equals(ROOT + ".internal.spi"));
  }

  private static boolean isReachable(JavaClass type, String from, Set<String> targets) {
    String in = shortName(type.getPackageName());
    return in.equals(from)
        || targets.contains(in)
        || VOCABULARY.stream().anyMatch(word -> outermost(type).isEquivalentTo(word));
  }

  private static boolean isInternal(JavaClass type) {
    return type.getBaseComponentType().getPackageName().startsWith(ROOT + ".internal.");
  }

  private static boolean isOurs(JavaClass type) {
    String name = type.getBaseComponentType().getPackageName();
    return name.equals(ROOT) || name.startsWith(ROOT + ".");
  }

  private static DescribedPredicate<JavaClass> areIn(String name) {
    return resideInAPackage(name.isEmpty() ? ROOT : ROOT + "." + name);
  }

  private static String shortName(String packageName) {
    return packageName.equals(ROOT) ? "" : packageName.substring(ROOT.length() + 1);
  }

  private static JavaClass outermost(JavaClass type) {
    JavaClass outer = type.getBaseComponentType();
    while (outer.getEnclosingClass().isPresent()) {
      outer = outer.getEnclosingClass().get();
    }
    return outer;
  }

  private static boolean isVisible(JavaClass type) {
    JavaClass outer = type;
    while (true) {
      if (!isVisible(outer.getModifiers())) {
        return false;
      }
      if (outer.getEnclosingClass().isEmpty()) {
        return true;
      }
      outer = outer.getEnclosingClass().get();
    }
  }

  private static boolean isVisible(Set<JavaModifier> modifiers) {
    return modifiers.contains(JavaModifier.PUBLIC) || modifiers.contains(JavaModifier.PROTECTED);
  }

  private static ArchCondition<JavaClass> be(String description, Predicate<JavaClass> test) {
    return ArchCondition.from(describe(description, test));
  }

  private static ArchCondition<JavaClass> mentionOnly(String description, String in) {
    return new ArchCondition<>("mention only " + description) {
      @Override
      public void check(JavaClass type, ConditionEvents events) {
        type.getSuperclass().ifPresent(parent -> checkType(type, type, parent, events));
        type.getInterfaces().forEach(parent -> checkType(type, type, parent, events));
        for (JavaField field : type.getFields()) {
          if (isShown(field)) {
            checkType(type, field, field.getType(), events);
          }
        }
        for (JavaCodeUnit unit : type.getCodeUnits()) {
          if (isShown(unit)) {
            checkType(type, unit, unit.getReturnType(), events);
            unit.getParameterTypes().forEach(used -> checkType(type, unit, used, events));
          }
        }
      }

      private boolean isShown(JavaMember member) {
        return isVisible(member.getModifiers())
            && !member.getModifiers().contains(JavaModifier.SYNTHETIC);
      }

      private void checkType(
          JavaClass type, Object place, JavaType mentioned, ConditionEvents events) {
        for (JavaClass raw : mentioned.getAllInvolvedRawTypes()) {
          if (!isAllowed(raw.getBaseComponentType())) {
            events.add(
                SimpleConditionEvent.violated(type, place + " mentions " + raw.getFullName()));
          }
        }
      }

      private boolean isAllowed(JavaClass type) {
        String packageName = type.getPackageName();
        return type.isPrimitive()
            || packageName.startsWith("java.")
            || packageName.startsWith("javax.")
            || (in.equals("junit") && packageName.startsWith("org.junit."))
            || (isOurs(type) && (!packageName.contains(".internal.") || in.equals("api")));
      }
    };
  }
}
