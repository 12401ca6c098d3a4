package com.example.shop;

import static org.assertj.core.api.Assertions.assertThat;

import com.example.needy.Needy;
import com.example.several.Ambiguous;
import dev.vast4j.Deployment;
import dev.vast4j.Image;
import dev.vast4j.Vast;
import dev.vast4j.errors.InvalidDeploymentException;
import dev.vast4j.errors.MissingApiKeyException;
import dev.vast4j.errors.NotDeployedException;
import dev.vast4j.local.LocalOptions;
import dev.vast4j.local.LocalVast;
import dev.vast4j.spring.DeploymentCustomizer;
import dev.vast4j.spring.EnableRemote;
import dev.vast4j.spring.RemoteContext;
import dev.vast4j.spring.VastAutoConfiguration;
import dev.vast4j.spring.VastLifecycleAutoConfiguration;
import dev.vast4j.spring.VastProperties;
import java.lang.reflect.Method;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.test.context.assertj.AssertableApplicationContext;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** What is configured, and what is refused with the fix. */
@Timeout(180)
class ConfigurationTest {
  private static final String SHOP = "vast4j.packages=com.example.shop";
  private static final String NEEDY = "vast4j.packages=com.example.needy";
  private static final String KEY = "vast4j.api-key=secret-key";
  private static final String LATER = "vast4j.start=none";

  private final ApplicationContextRunner runner =
      new ApplicationContextRunner()
          .withConfiguration(
              AutoConfigurations.of(
                  VastAutoConfiguration.class, VastLifecycleAutoConfiguration.class));

  @Test
  @ExtendWith(OutputCaptureExtension.class)
  void aMissingKeyFailsTheStartWithTheFix(CapturedOutput output) {
    SpringApplication application =
        new SpringApplicationBuilder(ShopApplication.class)
            .web(WebApplicationType.NONE)
            .properties(
                "vast4j.contexts.stock-context.shelf-name=top",
                "vast4j.contexts.stock-context.rows=3",
                "vast4j.contexts.stock-context.patience=2m")
            .build();

    Throwable failure = thrown(application);

    assertThat(failure).hasRootCauseInstanceOf(MissingApiKeyException.class);
    assertThat(output)
        .contains("There is no Vast API key. Searched vast4j.api-key, VAST_API_KEY, ")
        .contains("Set vast4j.api-key, or the environment variable VAST_API_KEY.")
        .contains("set vast4j.local=true")
        .doesNotContain("the embedded engine listens");
  }

  private static Throwable thrown(SpringApplication application) {
    try {
      application.run().close();
    } catch (Throwable e) {
      return e;
    }
    throw new AssertionError("it started");
  }

  @Test
  void opensNoConnectionThatNothingNeeds() {
    runner.run(context -> assertThat(context).hasNotFailed().doesNotHaveBean(Deployment.class));
    runner
        .withPropertyValues(SHOP, "vast4j.enabled=false")
        .run(
            context ->
                assertThat(context)
                    .hasNotFailed()
                    .doesNotHaveBean(Vast.class)
                    .doesNotHaveBean(Prices.class));
  }

  @Test
  void aContextWithoutItsArgumentsIsRefusedWithTheProperties() {
    runner
        .withPropertyValues(SHOP, KEY, LATER, "vast4j.contexts.stock-context.rows=3")
        .run(
            context ->
                refused(
                    context,
                    "these properties are not set: vast4j.contexts.stock-context.shelf-name,"
                        + " vast4j.contexts.stock-context.patience",
                    "or declare a bean RemoteContext.of(StockContext.class, …)"));
  }

  @Test
  void severalImplementingClassesAreRefusedUnlessOneIsNamed() {
    runner
        .withPropertyValues("vast4j.packages=com.example.several", KEY, LATER)
        .run(
            context ->
                refused(
                    context,
                    "several classes implement it: com.example.several.Ambiguous$First,"
                        + " com.example.several.Ambiguous$Second",
                    "@EnableRemote(implementations = First.class)"));
    runner
        .withUserConfiguration(Named.class)
        .withPropertyValues(KEY, LATER)
        .run(
            context ->
                assertThat(context.getBean(Deployment.class).local(Ambiguous.class).which())
                    .isEqualTo("second"));
  }

  /** Names one of them. */
  @Configuration(proxyBeanMethods = false)
  @EnableRemote(packages = "com.example.several", implementations = Ambiguous.Second.class)
  static class Named {}

  @Test
  void aSpringBeanIsNoClassForWorkers() {
    runner
        .withPropertyValues("vast4j.packages=com.example.bean", KEY, LATER)
        .run(
            context ->
                refused(
                    context,
                    "com.example.bean.Local$LocalBean is a Spring bean, which runs here",
                    "Remove its Spring annotation"));
  }

  private static void refused(AssertableApplicationContext context, String problem, String fix) {
    assertThat(context).hasFailed();
    Throwable cause = context.getStartupFailure();
    while (cause.getCause() != null) {
      cause = cause.getCause();
    }
    assertThat(cause)
        .isInstanceOf(InvalidDeploymentException.class)
        .hasMessageContaining(problem)
        .hasMessageContaining(fix);
  }

  @Test
  void beansGoBeforeScanAndProperties() {
    runner
        .withUserConfiguration(Own.class)
        .withPropertyValues(NEEDY, KEY, LATER)
        .run(
            context -> {
              Deployment deployment = context.getBean(Deployment.class);
              assertThat(deployment.name()).isEqualTo("needy");
              assertThat(deployment.tag()).isEqualTo("customized");
              assertThat(deployment.local(Needy.class).told()).isEqualTo("from a bean null");
            });
  }

  /** Beans in place of properties. */
  @Configuration(proxyBeanMethods = false)
  static class Own {
    @Bean
    RemoteContext model() {
      return RemoteContext.of(Needy.ModelContext.class, "from a bean");
    }

    @Bean
    Image image() {
      return Image.of("image", 1);
    }

    @Bean
    DeploymentCustomizer tag() {
      return builder -> builder.tag("customized");
    }
  }

  @Test
  void theApplicationsOwnDeploymentAndRemoteBeansWin() {
    runner
        .withUserConfiguration(OwnDeployment.class)
        .withPropertyValues(SHOP, KEY, LATER)
        .run(
            context -> {
              assertThat(context).hasSingleBean(Deployment.class).hasSingleBean(Prices.class);
              assertThat(context.getBean(Deployment.class).name()).isEqualTo("mine");
              assertThat(context.getBean(Prices.class).doubled(4).join()).isZero();
            });
  }

  /** A deployment, and a remote interface's stand-in. */
  @Configuration(proxyBeanMethods = false)
  static class OwnDeployment {
    @Bean
    Deployment mine(Vast vast) {
      return Deployment.builder("mine")
          .vast(vast)
          .remote(Prices.class)
          .image(Image.of("image", 1))
          .build();
    }

    @Bean
    Prices fake() {
      return new Prices() {
        @Override
        public CompletableFuture<Integer> doubled(int cents) {
          return CompletableFuture.completedFuture(0);
        }
      };
    }
  }

  @Test
  void propertiesShowNoSecret() {
    runner
        .withPropertyValues(
            NEEDY,
            KEY,
            LATER,
            "vast4j.contexts.model-context.model-name=m",
            "vast4j.image.env[GREETING_TEXT]=secret-greeting")
        .run(
            context -> {
              VastProperties properties = context.getBean(VastProperties.class);
              assertThat(properties.image().env()).containsKey("GREETING_TEXT");
              assertThat(properties.toString() + properties.image()).doesNotContain("secret");
            });
  }

  @Test
  void attachesToWhatAnotherApplicationDeployed() {
    try (LocalVast engine = LocalVast.start()) {
      String[] connection = {
        NEEDY, "vast4j.url=" + engine.url(), "vast4j.api-key=" + engine.apiKey(), "vast4j.name=told"
      };
      ApplicationContextRunner attached =
          runner.withPropertyValues(connection).withPropertyValues("vast4j.start=attach");
      attached.run(
          context ->
              assertThat(context)
                  .getFailure()
                  .hasRootCauseInstanceOf(NotDeployedException.class)
                  .hasStackTraceContaining("the account has no deployment of that name"));

      runner
          .withPropertyValues(connection)
          .withPropertyValues(
              "vast4j.contexts.model-context.model-name=mini",
              "vast4j.image.env[GREETING_TEXT]=hello",
              "vast4j.autoscaling.max-workers=1",
              "vast4j.autoscaling.inactivity-timeout=5m",
              "vast4j.image.require=num_gpus=1 gpu_ram>=24",
              "vast4j.call.timeout=2m",
              "vast4j.await-workers=1",
              "vast4j.await-timeout=2m")
          .run(
              context -> {
                assertThat(context.getBean(Needy.class).told()).isEqualTo("mini hello");
                assertThat(context.getBean(Deployment.class).workers()).hasSize(1);
              });

      attached.run(
          context -> assertThat(context.getBean(Needy.class).told()).isEqualTo("mini hello"));
    }
  }

  @Test
  void failedWorkersFailTheStartThatAwaitsThem() {
    runner
        .withPropertyValues(
            NEEDY,
            "vast4j.local=true",
            "vast4j.contexts.model-context.model-name=broken",
            "vast4j.await-workers=1")
        .run(
            context ->
                assertThat(context)
                    .getFailure()
                    .hasStackTraceContaining("every worker failed")
                    .hasStackTraceContaining("no model of that name"));
  }

  @Test
  void failedWorkersReportDown() {
    runner
        .withBean(LocalOptions.class, () -> LocalOptions.defaults().maxWorkers(1))
        .withPropertyValues(
            NEEDY, "vast4j.local=true", "vast4j.contexts.model-context.model-name=broken")
        .run(
            context -> {
              Object indicator = context.getBean("vastHealthIndicator");
              Method health = indicator.getClass().getDeclaredMethod("health");
              health.setAccessible(true);
              String report = "";
              while (!report.contains("DOWN")) {
                Thread.sleep(100);
                report = health.invoke(indicator).toString();
              }
              assertThat(report)
                  .contains("every worker failed; worker ")
                  .contains("no model of that name");
            });
  }

  @Test
  void deploysNothingBeforeTheApplicationAsksForIt() {
    runner
        .withPropertyValues(
            NEEDY, "vast4j.local=true", LATER, "vast4j.contexts.model-context.model-name=m")
        .run(
            context -> {
              Deployment deployment = context.getBean(Deployment.class);
              assertThat(context.getBean(Vast.class).deployments().list()).isEmpty();
              assertThat(deployment.awaitCalls(Duration.ZERO)).isTrue();
            });
  }
}
