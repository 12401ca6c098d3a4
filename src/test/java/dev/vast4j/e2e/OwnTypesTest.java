package dev.vast4j.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.deser.std.StdDeserializer;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.ser.std.StdSerializer;
import dev.vast4j.AttachOptions;
import dev.vast4j.Autoscaling;
import dev.vast4j.Benchmark;
import dev.vast4j.Deployment;
import dev.vast4j.Image;
import dev.vast4j.Remote;
import dev.vast4j.Vast;
import dev.vast4j.errors.CallException;
import dev.vast4j.errors.InvalidDeploymentException;
import dev.vast4j.errors.RemoteExecutionException;
import dev.vast4j.local.LocalOptions;
import dev.vast4j.local.LocalVast;
import dev.vast4j.observe.CallObserver;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Types that Jackson alone could not bind travel with a module of the user's, both ways. */
@Timeout(120)
public class OwnTypesTest {
  /** No getters, no setters, no constructor that Jackson would find. */
  public static final class Money {
    private final long cents;

    private Money(long cents) {
      this.cents = cents;
    }

    static Money of(long cents) {
      return new Money(cents);
    }

    Money plus(Money other) {
      return of(cents + other.cents);
    }
  }

  /** Writes money as a text such as {@code 3.05}. */
  public static final class MoneyModule extends SimpleModule {
    private static final long serialVersionUID = 1L;

    /** Made by reflection. */
    public MoneyModule() {
      addSerializer(new MoneyWriter());
      addDeserializer(Money.class, new MoneyReader());
    }
  }

  private static final class MoneyWriter extends StdSerializer<Money> {
    private static final long serialVersionUID = 1L;

    MoneyWriter() {
      super(Money.class);
    }

    @Override
    public void serialize(Money money, JsonGenerator generator, SerializerProvider provider)
        throws IOException {
      generator.writeString(money.cents / 100 + "." + money.cents / 10 % 10 + money.cents % 10);
    }
  }

  private static final class MoneyReader extends StdDeserializer<Money> {
    private static final long serialVersionUID = 1L;

    MoneyReader() {
      super(Money.class);
    }

    @Override
    public Money deserialize(JsonParser parser, DeserializationContext context) throws IOException {
      return Money.of(Long.parseLong(parser.getText().replace(".", "")));
    }
  }

  /** Not declared by whoever throws it. */
  public static final class EmptyTillException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** Made on the worker, and again here. */
    public EmptyTillException(String message) {
      super(message);
    }
  }

  /** What is called. */
  public interface Till {
    /** Adds up. */
    @Remote
    @Benchmark(dataset = "{\"coins\": [\"0.50\"]}", runs = 1)
    default Money sum(List<Money> coins) {
      return coins.stream().reduce(Money.of(0), Money::plus);
    }

    /** Takes money out, of which there is none. */
    @Remote
    default Money take(Money wanted) {
      throw new EmptyTillException("no " + wanted.cents);
    }

    /** The most memory that the worker may use, in bytes. */
    @Remote
    default long heap() {
      return Runtime.getRuntime().maxMemory();
    }
  }

  @Test
  void aModuleBindsThemHereAndOnTheWorker() {
    LocalOptions small =
        LocalOptions.defaults().workerHeap("96m").routeHold(Duration.ofMillis(500));
    try (LocalVast engine = LocalVast.start(small);
        Vast vast = engine.client();
        Deployment app =
            Deployment.builder("till")
                .vast(vast)
                .remote(Till.class)
                .jacksonModule(MoneyModule.class)
                .exception(EmptyTillException.class)
                .image(Image.of("till", 1))
                .autoscaling(Autoscaling.defaults().maxWorkers(1))
                .build()) {
      app.ensureReady();
      Till till = app.remote(Till.class);

      assertThat(till.heap()).isLessThanOrEqualTo(96 << 20);
      assertBound(till);

      List<String> observed = new CopyOnWriteArrayList<>();
      AttachOptions options =
          AttachOptions.defaults()
              .jacksonModule(MoneyModule.class)
              .exception(EmptyTillException.class)
              .observe(
                  call -> {
                    observed.add(call.function());
                    return CallObserver.Observation.NONE;
                  });
      try (Deployment attached = Deployment.attach("till", "default", vast, options)) {
        assertBound(attached.remote(Till.class));
        assertThat(observed).containsExactly("sum", "take");
      }
      assertThatThrownBy(
              () ->
                  Deployment.attach(
                      "till", "default", vast, options.exception(CallException.class)))
          .isInstanceOf(InvalidDeploymentException.class)
          .hasMessageContaining("CallException");
    }
  }

  private static void assertBound(Till till) {
    assertThat(till.sum(List.of(Money.of(1_05), Money.of(2_50))).cents).isEqualTo(3_55);
    assertThatThrownBy(() -> till.take(Money.of(5)))
        .isInstanceOf(RemoteExecutionException.class)
        .cause()
        .isExactlyInstanceOf(EmptyTillException.class)
        .hasMessage("no 5")
        .satisfies(
            made ->
                assertThat(made.getStackTrace()[0].getClassName()).isEqualTo(Till.class.getName()));
  }

  @Test
  void whatTheEngineIsToldIsChecked() {
    LocalOptions options = LocalOptions.defaults();
    for (String heap : List.of("", "0", "-1m", "1.5g", "64 m", "64m -Dx")) {
      assertThatThrownBy(() -> options.workerHeap(heap))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("workerHeap");
    }
    for (int millis : new int[] {-1, 8_001}) {
      assertThatThrownBy(() -> options.routeHold(Duration.ofMillis(millis)))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("routeHold");
    }
  }
}
