package dev.vast4j.spring;

import dev.vast4j.Vast;
import dev.vast4j.local.LocalOptions;
import dev.vast4j.local.LocalVast;
import dev.vast4j.observe.MicrometerObserver;
import dev.vast4j.observe.OpenTelemetryObserver;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.tracing.Tracer;
import io.micrometer.tracing.propagation.Propagator;
import io.opentelemetry.api.OpenTelemetry;
import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Condition;
import org.springframework.context.annotation.ConditionContext;
import org.springframework.context.annotation.Conditional;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.context.annotation.Lazy;
import org.springframework.core.env.Environment;
import org.springframework.core.type.AnnotatedTypeMetadata;

/**
 * Connection, deployment and remote interfaces as beans. Each backs off for the application's own.
 */
@AutoConfiguration
@ConditionalOnProperty(name = "vast4j.enabled", matchIfMissing = true)
@EnableConfigurationProperties(VastProperties.class)
@Import(RemoteRegistrar.class)
public class VastAutoConfiguration {
  /** Creates the configuration. */
  public VastAutoConfiguration() {}

  @Bean
  static DeploymentFactory vastDeploymentFactory(
      VastProperties properties, ListableBeanFactory beans, Environment environment) {
    return new DeploymentFactory(properties, beans, environment);
  }

  /** The account's connection, opened when a bean needs it. */
  @Configuration(proxyBeanMethods = false)
  @ConditionalOnMissingBean(Vast.class)
  static class ConnectionConfiguration {
    @Bean
    @Lazy
    @Conditional(OnLocalEngine.class)
    @ConditionalOnMissingBean
    LocalVast localVast(VastProperties properties, ObjectProvider<LocalOptions> options) {
      // Spring's own shutdown closes it, after the calls in flight.
      LocalOptions chosen = options.getIfUnique(LocalOptions::defaults).shutdownHook(false);
      return LocalVast.start(
          VastProperties.with(chosen, properties.debugPort(), LocalOptions::debug));
    }

    @Bean(destroyMethod = "close")
    @Lazy
    Vast vast(VastProperties properties, ObjectProvider<LocalVast> local) {
      LocalVast engine = local.getIfUnique();
      return engine != null ? engine.client() : Connections.open(properties);
    }
  }

  /** Meters of calls. */
  @Configuration(proxyBeanMethods = false)
  @ConditionalOnClass(name = "io.micrometer.core.instrument.MeterRegistry")
  @ConditionalOnProperty(name = "vast4j.metrics.enabled", matchIfMissing = true)
  static class MetricsConfiguration {
    @Bean
    DeploymentFactory.ObserverSource vastMetrics(
        ObjectProvider<MeterRegistry> registries, ObjectProvider<MicrometerObserver> own) {
      return () -> {
        MeterRegistry registry = registries.getIfUnique();
        boolean wanted = registry != null && own.stream().findAny().isEmpty();
        return DeploymentFactory.ObserverSource.of(wanted ? new MicrometerObserver(registry) : null)
            .observers();
      };
    }
  }

  /** Spans of calls. */
  @Configuration(proxyBeanMethods = false)
  @ConditionalOnClass(name = "io.opentelemetry.api.OpenTelemetry")
  @ConditionalOnProperty(name = "vast4j.tracing.enabled", matchIfMissing = true)
  static class TracingConfiguration {
    @Bean
    DeploymentFactory.ObserverSource vastTracing(
        ObjectProvider<OpenTelemetry> telemetries, ObjectProvider<OpenTelemetryObserver> own) {
      return () -> {
        OpenTelemetry telemetry = telemetries.getIfUnique();
        boolean wanted = telemetry != null && own.stream().findAny().isEmpty();
        return DeploymentFactory.ObserverSource.of(
                wanted ? new OpenTelemetryObserver(telemetry) : null)
            .observers();
      };
    }
  }

  /** Spans of calls where the tracer isn't OpenTelemetry's. */
  @Configuration(proxyBeanMethods = false)
  @ConditionalOnClass(name = "io.micrometer.tracing.propagation.Propagator")
  @ConditionalOnProperty(name = "vast4j.tracing.enabled", matchIfMissing = true)
  static class TracerConfiguration {
    @Bean
    DeploymentFactory.ObserverSource vastTracer(
        ObjectProvider<Tracer> tracers, ObjectProvider<Propagator> propagators) {
      return () -> {
        Tracer tracer = tracers.getIfUnique();
        // Spring Boot's tracer that does nothing comes without one.
        Propagator propagator = propagators.getIfUnique();
        boolean wanted =
            tracer != null
                && propagator != null
                && !tracer.getClass().getName().startsWith("io.micrometer.tracing.otel.");
        return DeploymentFactory.ObserverSource.of(
                wanted ? new TracerObserver(tracer, propagator) : null)
            .observers();
      };
    }
  }

  /** {@code vast4j.local=true}, or {@code VAST_URL=local} where no property names a service. */
  static final class OnLocalEngine implements Condition {
    @Override
    public boolean matches(ConditionContext context, AnnotatedTypeMetadata metadata) {
      Environment environment = context.getEnvironment();
      return environment.getProperty("vast4j.local", Boolean.class, false)
          || (!environment.containsProperty("vast4j.url")
              && "local".equalsIgnoreCase(environment.getProperty("vast.url")));
    }
  }
}
