package dev.vast4j.spring;

import dev.vast4j.Vast;
import dev.vast4j.errors.InvalidDeploymentException;

/** Opens the connection that the properties describe; the environment supplies the rest. */
final class Connections {
  private Connections() {}

  static Vast open(VastProperties properties) {
    if ("local".equalsIgnoreCase(properties.url())) {
      throw new InvalidDeploymentException(
          "vast4j.url",
          "it is 'local', and not a URL",
          "Set vast4j.local=true for workers on this machine",
          null);
    }
    Vast.Builder builder = Vast.builder();
    builder = VastProperties.with(builder, properties.apiKey(), Vast.Builder::apiKey);
    builder = VastProperties.with(builder, properties.url(), Vast.Builder::webUrl);
    builder = VastProperties.with(builder, properties.engineUrl(), Vast.Builder::engineUrl);
    builder = VastProperties.with(builder, properties.instance(), Vast.Builder::instance);
    builder = VastProperties.with(builder, properties.cacheFolder(), Vast.Builder::cacheFolder);
    builder = VastProperties.with(builder, properties.threads(), Vast.Builder::threads);
    return builder.build();
  }
}
