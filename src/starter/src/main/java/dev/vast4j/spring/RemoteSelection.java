package dev.vast4j.spring;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.beans.factory.support.BeanDefinitionRegistry;
import org.springframework.beans.factory.support.RootBeanDefinition;
import org.springframework.context.annotation.ImportBeanDefinitionRegistrar;
import org.springframework.core.annotation.AnnotationAttributes;
import org.springframework.core.type.AnnotationMetadata;

/** What the application's {@link EnableRemote} annotations name. */
final class RemoteSelection {
  private static final String BEAN = RemoteSelection.class.getName();

  private final Set<String> interfaces = new LinkedHashSet<>();
  private final Set<String> implementations = new LinkedHashSet<>();
  private final Set<String> packages = new LinkedHashSet<>();

  static RemoteSelection of(BeanFactory beans) {
    return beans.containsBean(BEAN)
        ? beans.getBean(BEAN, RemoteSelection.class)
        : new RemoteSelection();
  }

  Set<String> interfaces() {
    return interfaces;
  }

  Set<String> implementations() {
    return implementations;
  }

  Set<String> packages() {
    return packages;
  }

  /** Collects the annotations while configuration classes are read. */
  static final class Registrar implements ImportBeanDefinitionRegistrar {
    @Override
    public void registerBeanDefinitions(
        AnnotationMetadata metadata, BeanDefinitionRegistry registry) {
      AnnotationAttributes named =
          AnnotationAttributes.fromMap(
              metadata.getAnnotationAttributes(EnableRemote.class.getName(), true));
      if (named == null) {
        return;
      }
      RemoteSelection selection = selection(registry);
      selection.interfaces.addAll(List.of(named.getStringArray("value")));
      selection.implementations.addAll(List.of(named.getStringArray("implementations")));
      selection.packages.addAll(List.of(named.getStringArray("packages")));
    }

    private static RemoteSelection selection(BeanDefinitionRegistry registry) {
      if (registry.containsBeanDefinition(BEAN)) {
        Object known = registry.getBeanDefinition(BEAN).getAttribute(BEAN);
        if (known instanceof RemoteSelection selection) {
          return selection;
        }
      }
      RemoteSelection selection = new RemoteSelection();
      RootBeanDefinition definition =
          new RootBeanDefinition(RemoteSelection.class, () -> selection);
      definition.setAttribute(BEAN, selection);
      definition.setRole(BeanDefinition.ROLE_INFRASTRUCTURE);
      registry.registerBeanDefinition(BEAN, definition);
      return selection;
    }
  }
}
