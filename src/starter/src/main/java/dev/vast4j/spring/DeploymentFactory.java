package dev.vast4j.spring;

import dev.vast4j.AssetStore;
import dev.vast4j.AttachOptions;
import dev.vast4j.Autoscaling;
import dev.vast4j.Classpath;
import dev.vast4j.Context;
import dev.vast4j.ContextArguments;
import dev.vast4j.Deployment;
import dev.vast4j.Image;
import dev.vast4j.ProgressListener;
import dev.vast4j.Vast;
import dev.vast4j.observe.CallObserver;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.core.env.Environment;
import org.springframework.util.StringUtils;

/** Builds the application's deployment, or attaches to it, from properties and beans. */
final class DeploymentFactory {
  private final VastProperties properties;
  private final ListableBeanFactory beans;
  private final Environment environment;

  DeploymentFactory(VastProperties properties, ListableBeanFactory beans, Environment environment) {
    this.properties = properties;
    this.beans = beans;
    this.environment = environment;
  }

  /** Whether workers run this application's Java functions. */
  boolean deploysJava() {
    return properties.python() == null && properties.start() != VastProperties.Start.ATTACH;
  }

  /**
   * Creates the deployment.
   *
   * @param interfaces the remote interfaces, each with its implementing class if it has one
   * @param contexts the contexts with their arguments
   */
  Deployment create(
      Map<Class<?>, @Nullable Class<?>> interfaces,
      Map<Class<? extends Context<?>>, ContextArguments> contexts) {
    Vast vast = beans.getBean(Vast.class);
    if (properties.start() == VastProperties.Start.ATTACH) {
      String name = name();
      return Deployment.attach(
          name == null ? defaultName(interfaces) : name, properties.tag(), vast, attachOptions());
    }
    Deployment.Builder builder = builder();
    builder
        .tag(properties.tag())
        .vast(vast)
        .image(bean(Image.class, () -> properties.image().toImage()))
        .autoscaling(bean(Autoscaling.class, () -> properties.autoscaling().toAutoscaling()));
    ifSet(properties.versionLabel(), builder::versionLabel);
    ifSet(properties.ttl(), builder::ttl);
    interfaces.forEach((type, implementation) -> add(builder, type, implementation));
    contexts.forEach(builder::context);
    properties.jacksonModules().forEach(builder::jacksonModule);
    properties.exceptions().forEach(builder::exception);
    ifSet(properties.python(), builder::python);
    if (properties.python() == null) {
      builder.classpath(bean(Classpath.class, this::classpath));
    }
    ifSet(beans.getBeanProvider(AssetStore.class).getIfUnique(), builder::assets);
    ifSet(properties.assets(), bucket -> builder.assets(AssetStore.s3(bucket)));
    ifSet(beans.getBeanProvider(ProgressListener.class).getIfUnique(), builder::progress);
    observers().forEach(builder::observe);
    beans
        .getBeanProvider(DeploymentCustomizer.class)
        .orderedStream()
        .forEach(customizer -> customizer.customize(builder));
    return builder.build();
  }

  private Deployment.Builder builder() {
    String name = name();
    return name == null ? Deployment.builder() : Deployment.builder(name);
  }

  private @Nullable String name() {
    String name = properties.name();
    if (!StringUtils.hasText(name)) {
      name = environment.getProperty("spring.application.name");
    }
    return StringUtils.hasText(name) ? name : null;
  }

  private static String defaultName(Map<Class<?>, @Nullable Class<?>> interfaces) {
    return ContextProperties.kebab(interfaces.keySet().iterator().next().getSimpleName());
  }

  private AttachOptions attachOptions() {
    AttachOptions options = AttachOptions.defaults();
    for (Class<?> module : properties.jacksonModules()) {
      options = options.jacksonModule(module);
    }
    for (Class<? extends Throwable> exception : properties.exceptions()) {
      options = options.exception(exception);
    }
    for (CallObserver observer : observers().toList()) {
      options = options.observe(observer);
    }
    return options;
  }

  private Stream<CallObserver> observers() {
    return Stream.concat(
        beans.getBeanProvider(CallObserver.class).orderedStream(),
        beans
            .getBeanProvider(ObserverSource.class)
            .orderedStream()
            .flatMap(ObserverSource::observers));
  }

  private Classpath classpath() {
    VastProperties.Travelling chosen = properties.classpath();
    Classpath classpath =
        Classpath.current()
            .exclude(chosen.exclude().toArray(String[]::new))
            .include(chosen.include().toArray(String[]::new))
            .add(chosen.add().toArray(Path[]::new));
    return chosen.fat() ? classpath.fat() : classpath;
  }

  /** The application's bean of a type, else what the properties say. */
  private <T> T bean(Class<T> type, java.util.function.Supplier<T> otherwise) {
    return beans.getBeanProvider(type).getIfUnique(otherwise);
  }

  private static <T> void ifSet(
      @Nullable T value, java.util.function.Consumer<? super T> consumer) {
    if (value != null) {
      consumer.accept(value);
    }
  }

  private static <T> void add(
      Deployment.Builder builder, Class<T> type, @Nullable Class<?> implementation) {
    if (implementation == null) {
      builder.remote(type);
    } else {
      builder.remote(type, implementation.asSubclass(type));
    }
  }

  /** Observers that exist when the application has the library that they report to. */
  @FunctionalInterface
  interface ObserverSource {
    Stream<CallObserver> observers();

    static ObserverSource of(@Nullable CallObserver observer) {
      List<CallObserver> all = observer == null ? List.of() : List.of(observer);
      return all::stream;
    }
  }
}
