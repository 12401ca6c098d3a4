package dev.vast4j.spring;

import dev.vast4j.Context;
import dev.vast4j.ContextArguments;
import dev.vast4j.Deployment;
import dev.vast4j.errors.InvalidDeploymentException;
import java.beans.Introspector;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.beans.factory.support.BeanDefinitionRegistry;
import org.springframework.beans.factory.support.RootBeanDefinition;
import org.springframework.boot.autoconfigure.AutoConfigurationPackages;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.context.annotation.ImportBeanDefinitionRegistrar;
import org.springframework.core.env.Environment;
import org.springframework.core.io.ResourceLoader;
import org.springframework.core.type.AnnotationMetadata;

/**
 * Finds the application's remote interfaces and registers the deployment and a proxy for each
 * interface. The application's own beans win: a {@link Deployment}, and any bean of an interface's
 * type.
 */
final class RemoteRegistrar implements ImportBeanDefinitionRegistrar {
  static final String DEPLOYMENT = "vastDeployment";
  private static final Logger LOG = LoggerFactory.getLogger(RemoteRegistrar.class);

  private final Environment environment;
  private final ResourceLoader resources;
  private final ConfigurableListableBeanFactory beans;

  RemoteRegistrar(Environment environment, ResourceLoader resources, BeanFactory beans) {
    this.environment = environment;
    this.resources = resources;
    this.beans = (ConfigurableListableBeanFactory) beans;
  }

  @Override
  public void registerBeanDefinitions(
      AnnotationMetadata metadata, BeanDefinitionRegistry registry) {
    RemoteSelection selection = RemoteSelection.of(beans);
    Collection<String> packages = packages(selection);
    RemoteScan scan = new RemoteScan(packages, environment, resources);
    List<Class<?>> interfaces = new ArrayList<>();
    selection.interfaces().forEach(name -> interfaces.add(scan.load(name)));
    if (interfaces.isEmpty()) {
      interfaces.addAll(scan.interfaces());
    }
    String[] own = beans.getBeanNamesForType(Deployment.class, true, false);
    if (interfaces.isEmpty()) {
      if (own.length == 0) {
        LOG.info("There is no interface with @Remote methods in {}: nothing to deploy", packages);
      }
      return;
    }
    String deployment = own.length == 0 ? DEPLOYMENT : own[0];
    if (own.length == 0) {
      registerDeployment(registry, interfaces, scan, selection);
    }
    for (Class<?> type : interfaces) {
      if (own.length < 2 && beans.getBeanNamesForType(type, true, false).length == 0) {
        // The application's own deployment may have only some of the interfaces.
        registerProxy(registry, type, deployment, own.length > 0);
      }
    }
  }

  private Collection<String> packages(RemoteSelection selection) {
    if (!selection.packages().isEmpty()) {
      return selection.packages();
    }
    List<String> configured =
        Binder.get(environment)
            .bind("vast4j.packages", Bindable.listOf(String.class))
            .orElse(List.of());
    if (!configured.isEmpty()) {
      return configured;
    }
    return AutoConfigurationPackages.has(beans) ? AutoConfigurationPackages.get(beans) : List.of();
  }

  private void registerDeployment(
      BeanDefinitionRegistry registry,
      List<Class<?>> interfaces,
      RemoteScan scan,
      RemoteSelection selection) {
    RootBeanDefinition definition =
        new RootBeanDefinition(
            Deployment.class,
            () -> {
              // What has no Java body is left to Python or to whoever deployed it.
              DeploymentFactory factory = beans.getBean(DeploymentFactory.class);
              if (!factory.deploysJava()) {
                return factory.create(withoutBodies(interfaces), Map.of());
              }
              List<Class<?>> named = new ArrayList<>();
              selection.implementations().forEach(name -> named.add(scan.load(name)));
              return factory.create(
                  scan.implementations(interfaces, named), contexts(scan.contexts()));
            });
    definition.setDestroyMethodName("close");
    registry.registerBeanDefinition(DEPLOYMENT, definition);
  }

  private static Map<Class<?>, @Nullable Class<?>> withoutBodies(List<Class<?>> interfaces) {
    Map<Class<?>, @Nullable Class<?>> all = new LinkedHashMap<>();
    interfaces.forEach(type -> all.put(type, null));
    return all;
  }

  private void registerProxy(
      BeanDefinitionRegistry registry, Class<?> type, String deployment, boolean lazy) {
    RootBeanDefinition definition = proxy(type, deployment);
    definition.setLazyInit(lazy);
    registry.registerBeanDefinition(name(registry, type), definition);
    LOG.debug("{} is a bean that calls workers", type.getName());
  }

  private <T> RootBeanDefinition proxy(Class<T> type, String deployment) {
    RootBeanDefinition definition =
        new RootBeanDefinition(
            type,
            () ->
                beans
                    .getBean(deployment, Deployment.class)
                    .remote(type, beans.getBean(VastProperties.class).call().toOptions()));
    definition.setDependsOn(deployment);
    return definition;
  }

  private static String name(BeanDefinitionRegistry registry, Class<?> type) {
    String simple = Introspector.decapitalize(type.getSimpleName());
    return registry.containsBeanDefinition(simple) ? type.getName() : simple;
  }

  /** Completes the contexts that were found with their arguments. */
  private Map<Class<? extends Context<?>>, ContextArguments> contexts(List<Class<?>> found) {
    Map<Class<? extends Context<?>>, ContextArguments> all = new LinkedHashMap<>();
    for (RemoteContext given :
        beans.getBeanProvider(RemoteContext.class).orderedStream().toList()) {
      if (all.put(given.type(), given.arguments()) != null) {
        throw new InvalidDeploymentException(
            given.type().getName(),
            "several beans of type RemoteContext are for it",
            "Declare one",
            null);
      }
    }
    Set<Class<?>> registered = Set.copyOf(all.keySet());
    ContextProperties properties = new ContextProperties(Binder.get(environment));
    for (Class<?> type : found) {
      if (!registered.contains(type)) {
        all.put(asContext(type), properties.arguments(type));
      }
    }
    return all;
  }

  @SuppressWarnings("unchecked") // the scan found it as an implementation of Context
  private static Class<? extends Context<?>> asContext(Class<?> type) {
    return (Class<? extends Context<?>>) type.asSubclass(Context.class);
  }
}
