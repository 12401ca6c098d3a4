package dev.vast4j.junit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import dev.vast4j.Vast;
import dev.vast4j.local.LocalOptions;
import dev.vast4j.local.LocalVast;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.platform.testkit.engine.EngineTestKit;
import org.junit.platform.testkit.engine.Events;

@Timeout(60)
class LocalVastExtensionTest {
  @RegisterExtension
  static final LocalVastExtension LOCAL =
      LocalVastExtension.perClass().with(LocalOptions.defaults().maxWorkers(1));

  private static final AtomicReference<LocalVast> SEEN = new AtomicReference<>();

  @Test
  void parametersAreFilledIn(Vast vast, LocalVast local) {
    assertThat(vast).isSameAs(local.client());
    assertThat(vast.webUrl()).isEqualTo(local.url());
    assertThat(vast.deployments().list()).isEmpty();
    same(local);
  }

  @Test
  void theEngineIsTheClasss(LocalVast local) {
    same(local);
  }

  @Nested
  class Inner {
    @Test
    void nestedClassesShareIt(LocalVast local) {
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
  void classesCanShareAnEngineAndFailuresStayFailures() {
    Events tests =
        EngineTestKit.engine("junit-jupiter")
            .selectors(selectClass(SharedOne.class), selectClass(SharedTwo.class))
            .execute()
            .testEvents();
    tests.assertStatistics(statistics -> statistics.succeeded(2).failed(1));
  }
}
