package dev.vast4j.spring;

import dev.vast4j.Context;
import dev.vast4j.Remote;
import dev.vast4j.errors.InvalidDeploymentException;
import java.io.IOException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.security.CodeSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.annotation.AnnotatedBeanDefinition;
import org.springframework.context.annotation.ClassPathScanningCandidateComponentProvider;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.core.env.Environment;
import org.springframework.core.io.ResourceLoader;
import org.springframework.core.type.classreading.MetadataReader;
import org.springframework.core.type.classreading.MetadataReaderFactory;
import org.springframework.core.type.filter.AssignableTypeFilter;
import org.springframework.core.type.filter.TypeFilter;
import org.springframework.stereotype.Component;
import org.springframework.util.ClassUtils;

/**
 * Finds remote interfaces, the classes that run them on workers, and contexts, in packages. Reads
 * class files, and loads only the classes that it finds.
 */
final class RemoteScan {
  private final Collection<String> packages;
  private final Environment environment;
  private final ResourceLoader resources;
  private final ClassLoader loader;

  RemoteScan(Collection<String> packages, Environment environment, ResourceLoader resources) {
    this.packages = packages;
    this.environment = environment;
    this.resources = resources;
    this.loader =
        Objects.requireNonNullElse(resources.getClassLoader(), ClassUtils.getDefaultClassLoader());
  }

  /** Loads a class that an annotation names. */
  Class<?> load(String name) {
    return ClassUtils.resolveClassName(name, loader);
  }

  /**
   * Finds the interfaces with {@code @Remote} methods, inherited ones included; of those that
   * extend one another, the most specific.
   */
  List<Class<?>> interfaces() {
    List<Class<?>> found = find(RemoteScan::isRemote, true);
    return found.stream()
        .filter(type -> found.stream().noneMatch(o -> o != type && type.isAssignableFrom(o)))
        .toList();
  }

  /** Finds the concrete classes that are contexts. */
  List<Class<?>> contexts() {
    return find(new AssignableTypeFilter(Context.class), false).stream()
        .filter(RemoteScan::isWritten)
        .toList();
  }

  /**
   * Finds the class that runs each interface on workers; null for default methods. Throws
   * InvalidDeploymentException when abstract methods have no implementing class, or several.
   *
   * @param named classes that win over those found
   */
  Map<Class<?>, @Nullable Class<?>> implementations(
      List<Class<?>> interfaces, List<Class<?>> named) {
    Map<Class<?>, @Nullable Class<?>> all = new LinkedHashMap<>();
    for (Class<?> type : interfaces) {
      List<Class<?>> chosen = named.stream().filter(type::isAssignableFrom).toList();
      if (chosen.size() > 1) {
        throw several(type, chosen);
      }
      all.put(
          type, !chosen.isEmpty() ? chosen.get(0) : isWhole(type) ? null : implementation(type));
    }
    for (Class<?> one : named) {
      if (!all.containsValue(one)) {
        throw new InvalidDeploymentException(
            one.getName(),
            "it implements none of the remote interfaces",
            "Remove it from @EnableRemote(implementations = …), or name its interface",
            null);
      }
    }
    return all;
  }

  private Class<?> implementation(Class<?> type) {
    List<Class<?>> candidates =
        find(new AssignableTypeFilter(type), false).stream()
            .filter(RemoteScan::isWritten)
            .collect(Collectors.toCollection(ArrayList::new));
    List<Class<?>> beans =
        candidates.stream()
            .filter(c -> AnnotatedElementUtils.hasAnnotation(c, Component.class))
            .toList();
    candidates.removeAll(beans);
    if (candidates.size() > 1) {
      // A test's own implementations lie elsewhere.
      List<Class<?>> beside =
          candidates.stream().filter(c -> origin(c).equals(origin(type))).toList();
      candidates = beside.size() == 1 ? new ArrayList<>(beside) : candidates;
    }
    if (candidates.size() > 1) {
      throw several(type, candidates);
    }
    if (!candidates.isEmpty()) {
      return candidates.get(0);
    }
    if (!beans.isEmpty()) {
      throw new InvalidDeploymentException(
          type.getName(),
          names(beans) + " is a Spring bean, which runs here and not on workers",
          "Remove its Spring annotation; its constructor gets the values of contexts",
          null);
    }
    throw new InvalidDeploymentException(
        type.getName(),
        "it has methods without a body, and no class in " + packages + " implements it",
        "Give the methods default bodies, or add a public class that implements it; name one"
            + " elsewhere with @EnableRemote(implementations = …)",
        null);
  }

  private static InvalidDeploymentException several(Class<?> type, List<Class<?>> candidates) {
    return new InvalidDeploymentException(
        type.getName(),
        "several classes implement it: " + names(candidates),
        "Name the one for workers: @EnableRemote(implementations = "
            + candidates.get(0).getSimpleName()
            + ".class)",
        null);
  }

  private static String names(List<Class<?>> classes) {
    return classes.stream().map(Class::getName).sorted().collect(Collectors.joining(", "));
  }

  /** Whether every remote method has a default body. */
  private static boolean isWhole(Class<?> type) {
    for (Method method : type.getMethods()) {
      if (method.isAnnotationPresent(Remote.class) && !method.isDefault()) {
        return false;
      }
    }
    return true;
  }

  /** Whether it is a class that could be meant: a worker can see and create it. */
  private static boolean isWritten(Class<?> type) {
    return Modifier.isPublic(type.getModifiers())
        && !type.isSynthetic()
        && type.getConstructors().length > 0;
  }

  private static String origin(Class<?> type) {
    CodeSource source = type.getProtectionDomain().getCodeSource();
    return source == null || source.getLocation() == null ? "" : source.getLocation().toString();
  }

  private static boolean isRemote(MetadataReader reader, MetadataReaderFactory factory)
      throws IOException {
    if (!reader.getClassMetadata().isInterface() || reader.getClassMetadata().isAnnotation()) {
      return false;
    }
    if (reader.getAnnotationMetadata().hasAnnotatedMethods(Remote.class.getName())) {
      return true;
    }
    for (String parent : reader.getClassMetadata().getInterfaceNames()) {
      if (!parent.startsWith("java.") && isRemoteNamed(parent, factory)) {
        return true;
      }
    }
    return false;
  }

  private static boolean isRemoteNamed(String name, MetadataReaderFactory factory) {
    try {
      return isRemote(factory.getMetadataReader(name), factory);
    } catch (IOException e) {
      return false; // not on the class path: whoever extends it cannot be loaded either
    }
  }

  private List<Class<?>> find(TypeFilter filter, boolean interfaces) {
    Scanner scanner = new Scanner(environment, interfaces);
    scanner.setResourceLoader(resources);
    scanner.addIncludeFilter(filter);
    // In the order of names, so that the first gives the deployment its name everywhere.
    Set<String> names = new TreeSet<>();
    for (String one : packages) {
      scanner
          .findCandidateComponents(one)
          .forEach(found -> names.add(Objects.requireNonNull(found.getBeanClassName())));
    }
    Set<Class<?>> classes = new LinkedHashSet<>();
    names.forEach(name -> classes.add(load(name)));
    return List.copyOf(classes);
  }

  private static final class Scanner extends ClassPathScanningCandidateComponentProvider {
    private final boolean interfaces;

    Scanner(Environment environment, boolean interfaces) {
      super(false, environment);
      this.interfaces = interfaces;
    }

    @Override
    protected boolean isCandidateComponent(AnnotatedBeanDefinition found) {
      return found.getMetadata().isIndependent()
          && (interfaces ? found.getMetadata().isInterface() : found.getMetadata().isConcrete());
    }
  }
}
