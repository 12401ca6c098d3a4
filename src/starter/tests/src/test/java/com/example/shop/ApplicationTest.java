package com.example.shop;

import static org.assertj.core.api.Assertions.assertThat;

import brave.Span;
import brave.handler.MutableSpan;
import brave.handler.SpanHandler;
import brave.propagation.TraceContext;
import dev.vast4j.Deployment;
import dev.vast4j.local.LocalVast;
import io.micrometer.tracing.brave.bridge.BraveCurrentTraceContext;
import io.micrometer.tracing.brave.bridge.BravePropagator;
import io.micrometer.tracing.brave.bridge.BraveTracer;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.testing.exporter.InMemorySpanExporter;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Whole applications: deploy, call, health, metrics, traces, shutdown. */
@Timeout(180)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class ApplicationTest {
  private static final String[] PROPERTIES = {
    "vast4j.local=true",
    "vast4j.contexts.stock-context.shelf-name=top",
    "vast4j.contexts.stock-context.rows=3",
    "vast4j.contexts.stockContext.patience=2m",
    "server.port=0",
    "spring.application.name=shop",
    "spring.threads.virtual.enabled=true",
    "management.endpoints.web.exposure.include=health,prometheus",
    "management.endpoint.health.show-details=always"
  };

  /** What a tracing set-up provides. */
  @Configuration(proxyBeanMethods = false)
  static class Tracing {
    static final InMemorySpanExporter SPANS = InMemorySpanExporter.create();

    @Bean
    OpenTelemetry openTelemetry() {
      return OpenTelemetrySdk.builder()
          .setTracerProvider(
              SdkTracerProvider.builder()
                  .addSpanProcessor(SimpleSpanProcessor.create(SPANS))
                  .build())
          .build();
    }
  }

  /** What a tracing set-up with Brave provides. */
  @Configuration(proxyBeanMethods = false)
  static class Braved {
    static final Queue<MutableSpan> SPANS = new ConcurrentLinkedQueue<>();

    @Bean
    brave.Tracing brave() {
      SpanHandler handler =
          new SpanHandler() {
            @Override
            public boolean end(TraceContext context, MutableSpan span, Cause cause) {
              return SPANS.add(span);
            }
          };
      return brave.Tracing.newBuilder().addSpanHandler(handler).build();
    }

    @Bean
    BraveTracer tracer(brave.Tracing brave) {
      return new BraveTracer(
          brave.tracer(), new BraveCurrentTraceContext(brave.currentTraceContext()));
    }

    @Bean
    BravePropagator propagator(brave.Tracing brave) {
      return new BravePropagator(brave);
    }
  }

  private static ConfigurableApplicationContext run(WebApplicationType type, Class<?>... more) {
    return new SpringApplicationBuilder(ShopApplication.class)
        .sources(more)
        .web(type)
        .properties(PROPERTIES)
        .run();
  }

  @Test
  @Order(1)
  void servesCallsWithHealthMetricsAndTraces(@TempDir Path folder) throws Exception {
    ConfigurableApplicationContext context = run(WebApplicationType.SERVLET, Tracing.class);
    try {
      Http http = Http.of(context);
      assertThat(context.getBean(Deployment.class).name()).isEqualTo("shop");

      assertThat(http.get("/doubled?cents=21")).isEqualTo("42");
      assertThat(http.get("/find?text=lamp"))
          .startsWith("top/lamp/3/120")
          .endsWith(Runtime.version().feature() >= 21 ? " on a virtual thread" : "120");
      assertThat(http.get("/countdown?from=3")).contains("data:3").contains("data:1");

      assertThat(http.get("/actuator/health/vast"))
          .contains("\"status\":\"UP\"")
          .contains("\"deployment\":\"shop (default)\"")
          .contains("\"idle\":1");
      assertThat(http.get("/actuator/prometheus"))
          .contains("vast4j_calls_seconds_count{function=\"doubled\",outcome=\"ok\"} 1");
      assertThat(Tracing.SPANS.getFinishedSpanItems())
          .extracting(SpanData::getName)
          .contains("vast4j doubled", "vast4j find");
      Prices prices = context.getBean(Prices.class);
      assertThat(prices.has("com.example.shop.Catalogue")).isTrue();
      assertThat(prices.has("org.springframework.boot.SpringApplication")).isFalse();

      losesNoCall(context, http, folder);
    } finally {
      context.close();
    }
  }

  /** Closes the application while a request and a call of its own are in flight. */
  private static void losesNoCall(ConfigurableApplicationContext context, Http http, Path folder)
      throws Exception {
    Path file = folder.resolve("go");
    Prices prices = context.getBean(Prices.class);
    CompletableFuture<HttpResponse<String>> request = http.getAsync("/when?file=" + file);
    CompletableFuture<String> own =
        CompletableFuture.supplyAsync(
            () -> {
              try {
                return prices.when(file.toString());
              } catch (InterruptedException e) {
                throw new IllegalStateException(e);
              }
            },
            Threads::start);
    LocalVast engine = context.getBean(LocalVast.class);
    while (!http.get("/actuator/prometheus").contains("vast4j_calls_active 2.0")) {
      Thread.sleep(50);
    }
    assertThat(engine.workerLogs()).isNotEmpty();

    CompletableFuture<Void> closing = CompletableFuture.runAsync(context::close, Threads::start);
    Thread.sleep(300);
    assertThat(closing).isNotDone();
    Files.createFile(file);

    assertThat(request.get(60, TimeUnit.SECONDS).body()).isEqualTo("there");
    assertThat(own.get(60, TimeUnit.SECONDS)).isEqualTo("there");
    closing.get(60, TimeUnit.SECONDS);
  }

  @Test
  @Order(2)
  void servesWithWebFluxAndReportsDownWithTheReason() throws Exception {
    try (ConfigurableApplicationContext context = run(WebApplicationType.REACTIVE, Braved.class)) {
      Http http = Http.of(context);

      assertThat(http.get("/doubled?cents=4")).isEqualTo("8");
      assertThat(Braved.SPANS)
          .anySatisfy(
              span -> {
                assertThat(span.name()).isEqualTo("vast4j doubled");
                assertThat(span.kind()).isEqualTo(Span.Kind.CLIENT);
                assertThat(span.tags()).containsEntry("vast4j.outcome", "ok");
              });
      assertThat(http.get("/countdown?from=2").replace("\n", "")).contains("data:2data:1");
      assertThat(http.get("/actuator/health/vast")).contains("\"status\":\"UP\"");

      context.getBean(Deployment.class).stop();
      String health = "";
      while (!health.contains("\"status\":\"DOWN\"")) {
        Thread.sleep(50);
        health = http.get("/actuator/health/vast");
      }
      assertThat(health).contains("\"reason\":\"the deployment is stopped: call start()\"");

      context.getBean(Deployment.class).delete();
      assertThat(http.get("/actuator/health/vast"))
          .contains("\"status\":\"DOWN\"")
          .contains("it was deleted");
      assertThat(http.get("/actuator/health")).contains("\"status\":\"DOWN\"");
    }
  }

  /** The operating system's way to end an application. */
  @Test
  @Order(3)
  void losesNoCallOnSigterm(@TempDir Path folder) throws Exception {
    Assumptions.assumeFalse(System.getProperty("os.name").startsWith("Windows"));
    String classPath =
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
    List<String> arguments = new ArrayList<>();
    for (String property : PROPERTIES) {
      arguments.add("--" + property);
    }
    arguments.add("--spring.main.web-application-type=servlet");
    try (ApplicationProcess process =
        ApplicationProcess.start(classPath, ShopApplication.class.getName(), arguments)) {
      Http http = new Http("http://127.0.0.1:" + process.port());
      assertThat(http.get("/doubled?cents=1")).isEqualTo("2");
      Path file = folder.resolve("go");
      CompletableFuture<HttpResponse<String>> request = http.getAsync("/when?file=" + file);
      while (!http.get("/actuator/prometheus").contains("vast4j_calls_active 1.0")) {
        Thread.sleep(50);
      }

      process.terminate();
      process.line("graceful shutdown");
      Files.createFile(file);

      assertThat(request.get(60, TimeUnit.SECONDS).body()).isEqualTo("there");
      assertThat(process.ended()).isTrue();
    }
  }
}
