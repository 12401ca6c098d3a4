package com.example.springboot;

import dev.vast4j.Classpath;
import dev.vast4j.Deployment;
import dev.vast4j.Image;
import dev.vast4j.Vast;
import dev.vast4j.observe.MicrometerObserver;
import io.micrometer.core.instrument.MeterRegistry;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Provides remote interfaces as beans. Spring closes deployment and connection at shutdown. */
@Configuration
class VastConfiguration {
  @Bean
  Vast vast() {
    // In production use Vast.fromEnvironment(), which fails if there is no API key.
    return Vast.fromEnvironmentOrLocal();
  }

  /** Deploys before the service listens. If that fails, the application does not start. */
  @Bean(initMethod = "ensureReady")
  Deployment deployment(Vast vast, MeterRegistry registry) {
    return Deployment.builder("spring-boot")
        .vast(vast)
        .remote(Keywords.class)
        // Workers need no Spring, and start faster without it.
        .classpath(
            Classpath.current()
                .exclude("spring-*", "tomcat-*", "micrometer-*", "prometheus-*", "logback-*"))
        .image(Image.of("vastai/base-image:@vastai-automatic-tag", 16))
        .observe(new MicrometerObserver(registry))
        .build();
  }

  @Bean
  Keywords keywords(Deployment deployment) {
    return deployment.remote(Keywords.class);
  }
}
