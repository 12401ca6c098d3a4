package dev.vast4j.spring;

import dev.vast4j.Deployment;
import java.util.List;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Conditional;
import org.springframework.context.annotation.Configuration;

/** What a deployment needs while the application runs: start, shutdown and health. */
@AutoConfiguration(after = VastAutoConfiguration.class)
@ConditionalOnBean({Deployment.class, VastProperties.class})
public class VastLifecycleAutoConfiguration {
  /** Creates the configuration. */
  public VastLifecycleAutoConfiguration() {}

  @Bean
  DeploymentLifecycle vastLifecycle(
      ObjectProvider<Deployment> deployments, VastProperties properties) {
    return new DeploymentLifecycle(deployments.orderedStream().toList(), properties);
  }

  @Bean
  DeploymentHealth vastHealth(ObjectProvider<Deployment> deployments, VastProperties properties) {
    List<Deployment> all = deployments.orderedStream().toList();
    return new DeploymentHealth(all, properties.health().timeout());
  }

  /** Health of Spring Boot 3. */
  @Configuration(proxyBeanMethods = false)
  @ConditionalOnClass(name = "org.springframework.boot.actuate.health.HealthIndicator")
  @Conditional(OnHealthEnabled.class)
  static class Boot3Configuration {
    @Bean
    @ConditionalOnMissingBean(name = "vastHealthIndicator")
    Boot3HealthIndicator vastHealthIndicator(DeploymentHealth health) {
      return new Boot3HealthIndicator(health);
    }
  }

  /** Health of Spring Boot 4, which moved it to a module of its own. */
  @Configuration(proxyBeanMethods = false)
  @ConditionalOnClass(name = "org.springframework.boot.health.contributor.HealthIndicator")
  @Conditional(OnHealthEnabled.class)
  static class Boot4Configuration {
    @Bean
    @ConditionalOnMissingBean(name = "vastHealthIndicator")
    Boot4HealthIndicator vastHealthIndicator(DeploymentHealth health) {
      return new Boot4HealthIndicator(health);
    }
  }
}
