package dev.vast4j.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.UnixOperatingSystemMXBean;
import dev.vast4j.Autoscaling;
import dev.vast4j.CallOptions;
import dev.vast4j.Classpath;
import dev.vast4j.Deployment;
import dev.vast4j.Image;
import dev.vast4j.UpdateTier;
import dev.vast4j.Vast;
import dev.vast4j.errors.DecodingException;
import dev.vast4j.errors.VastException;
import dev.vast4j.local.LocalOptions;
import dev.vast4j.local.LocalVast;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/**
 * Calls of every kind for as long as {@code -Dsoak.seconds} says, through a proxy that spoils one
 * exchange in five, while workers are killed and new versions are deployed: no answer is wrong, no
 * call that must not runs twice, and neither heap nor descriptors nor threads grow.
 */
@EnabledIfSystemProperty(named = "soak.seconds", matches = "[0-9]+")
@DisabledOnOs(OS.WINDOWS)
class SoakTest {
  private static final long SECONDS = Long.getLong("soak.seconds", 0);
  private static final long UPDATE_SECONDS = 30;
  private static final long SAMPLE_SECONDS = 5;
  private static final int CALLERS = 8;
  private static final long HEAP_NOISE = 24L << 20;
  private static final long DESCRIPTOR_NOISE = 64;
  private static final int THREAD_NOISE = 32;

  /** What this program holds at a moment, after its garbage was collected. */
  private record Sample(long heap, long descriptors, int threads) {
    static Sample now() {
      System.gc();
      UnixOperatingSystemMXBean system =
          (UnixOperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
      return new Sample(
          ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed(),
          system.getOpenFileDescriptorCount(),
          ManagementFactory.getThreadMXBean().getThreadCount());
    }

    Sample least(Sample other) {
      return new Sample(
          Math.min(heap, other.heap),
          Math.min(descriptors, other.descriptors),
          Math.min(threads, other.threads));
    }
  }

  private final AtomicLong answers = new AtomicLong();
  private final AtomicLong failures = new AtomicLong();
  private final AtomicInteger entries = new AtomicInteger();
  private final BitSet entered = new BitSet();
  private final CountDownLatch over = new CountDownLatch(1);

  @Test
  void nothingGoesWrongAndNothingGrows(@TempDir Path temp) throws Exception {
    Path runs = Files.createFile(temp.resolve("runs"));
    Path resource = temp.resolve("classes/com/example/Resource.txt");
    Files.createDirectories(resource.getParent());
    Files.writeString(resource, "0");
    try (ChaosProxy proxy = ChaosProxy.open();
        LocalVast engine =
            LocalVast.start(LocalOptions.defaults().maxWorkers(3).chaos("kill=20s"));
        Vast vast = engine.client();
        Deployment app = deployment(vast, temp.resolve("classes"), runs)) {
      app.ensureReady();
      app.awaitWorkers(2, Duration.ofMinutes(2));
      proxy.stir();
      ExecutorService callers = Executors.newFixedThreadPool(CALLERS + 1);
      List<Future<?>> working = new ArrayList<>();
      for (int i = 0; i < CALLERS; i++) {
        int number = i;
        working.add(callers.submit(() -> call(app, number)));
      }
      Future<Integer> updates = callers.submit(() -> update(vast, temp, runs, resource));
      List<Sample> samples = samples();
      over.countDown();
      for (Future<?> each : working) {
        each.get(2, TimeUnit.MINUTES);
      }
      System.out.printf(
          "soak: %d s, %d answers, %d typed failures, %d new versions, faults %s%n",
          SECONDS, answers.get(), failures.get(), updates.get(2, TimeUnit.MINUTES), proxy.faults());
      proxy.calm();
      callers.shutdown();
      System.out.println("soak: " + samples);
      assertThat(updates.get()).isPositive();
      assertThat(answers.get()).isGreaterThan(SECONDS);
      assertThat(proxy.faults().values()).allSatisfy(count -> assertThat(count).hasPositiveValue());
      assertFlat(samples);
      assertRuns(runs);
    }
  }

  private static Deployment deployment(Vast vast, Path classes, Path runs) {
    return Deployment.builder("soak")
        .vast(vast)
        .remote(Load.class)
        .classpath(Classpath.current().add(classes))
        .image(Image.of("test", 16).env("RUNS", runs.toString()))
        .autoscaling(Autoscaling.defaults().minLoad(1e9).coldWorkers(2).maxWorkers(3))
        .build();
  }

  private Void call(Deployment app, int number) throws Exception {
    Load load =
        app.remote(
            Load.class,
            CallOptions.defaults().maxAttempts(50).workerTimeout(Duration.ofSeconds(5)));
    Random random = new Random(number);
    while (over.getCount() > 0) {
      switch (random.nextInt(8)) {
        case 0 -> {
          byte[] bytes = new byte[random.nextInt(200_000)];
          random.nextBytes(bytes);
          same(load, bytes);
        }
        case 1 -> stream(load, random.nextInt(500));
        case 2 -> enter(load);
        default -> {
          long x = random.nextInt();
          assertThat(load.square(x).join()).isEqualTo(x * x);
        }
      }
      answers.incrementAndGet();
    }
    return null;
  }

  /** One of the faults is an answer that has a number in it, which is none of this type. */
  private void same(Load load, byte[] bytes) {
    try {
      assertThat(load.same(bytes)).isEqualTo(bytes);
    } catch (DecodingException e) {
      failures.incrementAndGet();
    }
  }

  /** A stream that broke may not begin anew, so it may fail; but what came is right. */
  private void stream(Load load, int to) {
    List<Integer> elements = new ArrayList<>();
    try (Stream<Integer> counted = load.count(to)) {
      counted.forEach(elements::add);
      assertThat(elements).hasSize(to);
    } catch (VastException e) {
      failures.incrementAndGet();
    }
    assertThat(elements).isEqualTo(IntStream.range(0, elements.size()).boxed().toList());
  }

  private void enter(Load load) throws IOException {
    int entry = entries.incrementAndGet();
    try {
      assertThat(load.enter(entry)).isEqualTo(-entry);
      synchronized (entered) {
        entered.set(entry);
      }
    } catch (VastException e) {
      failures.incrementAndGet();
    }
  }

  /** Deploys a new version every now and then; returns how many. */
  private int update(Vast vast, Path temp, Path runs, Path resource) throws Exception {
    int updates = 0;
    for (int version = 1; !over.await(UPDATE_SECONDS, TimeUnit.SECONDS); version++) {
      Files.writeString(resource, String.valueOf(version));
      try (Deployment next = deployment(vast, temp.resolve("classes"), runs)) {
        assertThat(next.ensureReady()).isEqualTo(UpdateTier.SOFT);
        updates++;
      } catch (VastException e) {
        failures.incrementAndGet();
      }
    }
    return updates;
  }

  private List<Sample> samples() throws InterruptedException {
    List<Sample> samples = new ArrayList<>();
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(SECONDS);
    while (!over.await(SAMPLE_SECONDS, TimeUnit.SECONDS) && System.nanoTime() < end) {
      samples.add(Sample.now());
    }
    return samples;
  }

  /** What is held at least in the last third is what was in the second, but for noise. */
  private static void assertFlat(List<Sample> samples) {
    int third = samples.size() / 3;
    Sample before = least(samples.subList(third, 2 * third));
    Sample after = least(samples.subList(2 * third, samples.size()));
    assertThat(after.heap()).as("heap").isLessThan(before.heap() + HEAP_NOISE);
    assertThat(after.descriptors())
        .as("descriptors")
        .isLessThan(before.descriptors() + DESCRIPTOR_NOISE);
    assertThat(after.threads()).as("threads").isLessThan(before.threads() + THREAD_NOISE);
  }

  private static Sample least(List<Sample> samples) {
    return samples.stream().reduce(Sample::least).orElseThrow();
  }

  private void assertRuns(Path runs) throws IOException {
    BitSet seen = new BitSet();
    ByteBuffer all = ByteBuffer.wrap(Files.readAllBytes(runs));
    while (all.hasRemaining()) {
      int entry = all.getInt();
      assertThat(seen.get(entry)).as("entry %s ran twice", entry).isFalse();
      seen.set(entry);
    }
    entered.andNot(seen);
    assertThat(entered.isEmpty()).as("answered and not run: %s", entered).isTrue();
  }
}
