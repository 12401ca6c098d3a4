package com.example.springboot;

import dev.vast4j.Classpath;
import dev.vast4j.Deployment;
import dev.vast4j.Image;
import dev.vast4j.Vast;
import dev.vast4j.observe.MicrometerObserver;
import io.micrometer.core.instrument.MeterRegistry;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Makes remote interfaces beans. Spring closes the deployment and the connection at the end. */
@Configuration
class VastConfiguration {
  @Bean
  Vast vast() {
    // In production Vast.fromEnvironment(), which fails when the API key is missing.
    return Vast.fromEnvironmentOrLocal();
  }

  /** Deployed before the service listens: when that fails, the application does not start. */
  @Bean(initMethod = "ensureReady")
  Deployment deployment(Vast vast, MeterRegistry registry) {
    return Deployment.builder("spring-boot")
        .vast(vast)
        .remote(Keywords.class)
        // The functions need no Spring, so it stays here: a worker starts sooner with less to load.
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
