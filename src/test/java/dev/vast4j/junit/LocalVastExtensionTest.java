package dev.vast4j.junit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import dev.vast4j.Autoscaling;
import dev.vast4j.Deployment;
import dev.vast4j.Image;
import dev.vast4j.Vast;
import dev.vast4j.local.LocalOptions;
import dev.vast4j.local.LocalVast;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.testkit.engine.EngineExecutionResults;
import org.junit.platform.testkit.engine.EngineTestKit;
import org.junit.platform.testkit.engine.Events;

@Timeout(60)
class LocalVastExtensionTest {
  @RegisterExtension
  static final LocalVastExtension LOCAL =
      LocalVastExtension.perClass().with(LocalOptions.defaults().maxWorkers(1));

  private static final AtomicReference<LocalVast> SEEN = new AtomicReference<>();

  @Test
  void resolvesParameters(Vast vast, LocalVast local) {
    assertThat(vast).isSameAs(local.client());
    assertThat(vast.webUrl()).isEqualTo(local.url());
    assertThat(vast.deployments().list()).isEmpty();
    same(local);
  }

  @Test
  void sharesEngineWithinClass(LocalVast local) {
    same(local);
  }

  @Nested
  class Inner {
    @Test
    void sharesEngineWithNestedClasses(LocalVast local) {
      same(local);
    }
  }

  private static void same(LocalVast local) {
    SEEN.compareAndSet(null, local);
    assertThat(local).isSameAs(SEEN.get());
  }

  /** Run by the test kit only. */
  static class SharedOne {
    static final AtomicReference<LocalVast> USED = new AtomicReference<>();
    @RegisterExtension static final LocalVastExtension SHARED = LocalVastExtension.shared();

    @Test
    void first(LocalVast local) {
      assertThat(local).isSameAs(USED.updateAndGet(old -> old == null ? local : old));
    }
  }

  /** Run by the test kit only. */
  static class SharedTwo {
    @RegisterExtension static final LocalVastExtension SHARED = LocalVastExtension.shared();

    @Test
    void second(LocalVast local) {
      assertThat(local).isSameAs(SharedOne.USED.updateAndGet(old -> old == null ? local : old));
    }

    @Test
    void fails(LocalVast local) {
      throw new AssertionError("on purpose");
    }
  }

  @Test
  void sharesEngineBetweenClasses() {
    Events tests =
        EngineTestKit.engine("junit-jupiter")
            .selectors(selectClass(SharedOne.class), selectClass(SharedTwo.class))
            .execute()
            .testEvents();
    tests.assertStatistics(statistics -> statistics.succeeded(2).failed(1));
  }

  /** Run by the test kit only. */
  @TestMethodOrder(MethodOrderer.MethodName.class)
  static class EachItsOwn {
    static final List<LocalVast> USED = new CopyOnWriteArrayList<>();
    @RegisterExtension final LocalVastExtension own = LocalVastExtension.perClass();

    @Test
    void first(LocalVast local) {
      USED.add(local);
    }

    @Test
    void second(LocalVast local) {
      assertThat(USED).doesNotContain(local);
      assertThatThrownBy(() -> USED.get(0).client().deployments().list())
          .as("the first test's engine has ended")
          .isInstanceOf(RuntimeException.class);
    }
  }

  @Test
  void startsEngineForEachTestFromInstanceField() {
    run(EachItsOwn.class).assertStatistics(statistics -> statistics.succeeded(2).failed(0));
  }

  /** Has a worker that has said something. */
  abstract static class Deployed {
    @RegisterExtension
    static final LocalVastExtension LOCAL =
        LocalVastExtension.perClass().with(LocalOptions.defaults().maxWorkers(1));

    @BeforeAll
    static void deploy(Vast vast) {
      Deployment app =
          Deployment.builder("failing")
              .vast(vast)
              .remote(Talking.class)
              .image(Image.of("test", 16))
              .build();
      app.ensureReady();
      app.awaitWorkers(1, Duration.ofMinutes(1));
      app.remote(Talking.class).talk();
    }
  }

  /** Run by the test kit only. */
  static class Failing extends Deployed {
    @Test
    void fails(LocalVast local) {
      throw new AssertionError("on purpose");
    }

    @Test
    void isAborted() {
      Assumptions.abort("on purpose");
    }
  }

  /** Its life-cycle methods pass where a subclass does not say otherwise. */
  abstract static class Passing extends Deployed {
    @Test
    void passes() {}
  }

  /** Run by the test kit only. */
  static class FailingBeforeAll extends Passing {
    @BeforeAll
    static void beforeAll() {
      throw new AssertionError("before all");
    }
  }

  /** Run by the test kit only. */
  static class FailingBeforeEach extends Passing {
    @BeforeEach
    void beforeEach() {
      throw new AssertionError("before each");
    }
  }

  /** Run by the test kit only. */
  static class FailingAfterEach extends Passing {
    @AfterEach
    void afterEach() {
      throw new AssertionError("after each");
    }
  }

  /** Run by the test kit only. */
  static class FailingAfterAll extends Passing {
    @AfterAll
    static void afterAll() {
      throw new AssertionError("after all");
    }
  }

  @ParameterizedTest
  @ValueSource(
      classes = {
        Failing.class,
        FailingBeforeAll.class,
        FailingBeforeEach.class,
        FailingAfterEach.class,
        FailingAfterAll.class
      })
  void attachesWorkerOutputToFailure(Class<?> failing) {
    List<Throwable> failures =
        execute(failing).allEvents().failed().stream()
            .map(event -> event.getRequiredPayload(TestExecutionResult.class))
            .flatMap(result -> result.getThrowable().stream())
            .toList();
    assertThat(failures).isNotEmpty();
    assertThat(failures)
        .allSatisfy(
            failure -> {
              assertThat(failure.getSuppressed()).hasSize(1);
              assertThat(failure.getSuppressed()[0]).hasMessageContaining("words for the log");
            });
  }

  @Test
  void skipsIdleHours() {
    VirtualClock clock = new VirtualClock();
    LocalOptions options = LocalOptions.defaults().clock(clock);
    try (LocalVast local = LocalVast.start(options);
        Deployment app =
            Deployment.builder("idle")
                .vast(local.client())
                .remote(Talking.class)
                .image(Image.of("test", 16))
                .autoscaling(
                    Autoscaling.defaults()
                        .minLoad(0)
                        .coldWorkers(0)
                        .inactivityTimeout(Duration.ofHours(2)))
                .build()) {
      app.ensureReady();
      app.awaitWorkers(1, Duration.ofMinutes(1));
      clock.advance(Duration.ofHours(2));
      await(() -> app.workers().isEmpty());
      assertThat(app.remote(Talking.class).talk()).isEqualTo(1);
    }
  }

  private static void await(BooleanSupplier condition) {
    while (!condition.getAsBoolean()) {
      LockSupport.parkNanos(20_000_000);
    }
  }

  private static Events run(Class<?> tests) {
    return execute(tests).testEvents();
  }

  private static EngineExecutionResults execute(Class<?> tests) {
    return EngineTestKit.engine("junit-jupiter").selectors(selectClass(tests)).execute();
  }
}
