package dev.vast4j.internal.bundle;

import java.io.IOException;
import java.io.InputStream;
import java.lang.module.ModuleDescriptor.Provides;
import java.lang.module.ModuleReference;
import java.lang.module.ResolvedModule;
import java.lang.reflect.Modifier;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.IdentityHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The service providers that named modules declare in their {@code module-info} alone. Workers run
 * on the class path, where only files in {@code META-INF/services} count.
 */
final class ModuleServices {
  private static final Logger LOG = LoggerFactory.getLogger(ModuleServices.class);
  private static final String FOLDER = "META-INF/services/";

  private final Set<ModuleLayer> seen = Collections.newSetFromMap(new IdentityHashMap<>());
  private final SortedMap<String, Set<String>> providers = new TreeMap<>();
  private final Set<Path> travels;

  private ModuleServices(Set<Path> travels) {
    this.travels = travels;
  }

  /**
   * Finds them.
   *
   * @param served the classes of the deployment
   * @param entries what travels
   * @return files in {@code META-INF/services}, by name; none for a program without named modules
   */
  static SortedMap<String, byte[]> of(List<Class<?>> served, Collection<ClasspathEntry> entries) {
    List<ModuleLayer> layers = new ArrayList<>();
    if (LoaderPaths.hasModulePath()) {
      layers.add(ModuleLayer.boot());
    }
    for (Class<?> type : served) {
      Optional.ofNullable(type.getModule().getLayer()).ifPresent(layers::add);
    }
    if (layers.isEmpty()) {
      return Collections.emptySortedMap();
    }
    Set<Path> travels = new LinkedHashSet<>();
    entries.forEach(entry -> travels.add(Path.of(entry.location().split("!", -1)[0])));
    ModuleServices services = new ModuleServices(travels);
    layers.forEach(services::add);
    SortedMap<String, byte[]> files = new TreeMap<>();
    services.providers.forEach(
        (service, names) ->
            files.put(
                FOLDER + service,
                (String.join("\n", names) + "\n").getBytes(StandardCharsets.UTF_8)));
    return files;
  }

  private void add(ModuleLayer layer) {
    if (seen.add(layer)) {
      layer.parents().forEach(this::add);
      layer.configuration().modules().stream()
          .filter(module -> !module.reference().descriptor().isAutomatic())
          .filter(module -> module.reference().location().filter(this::travels).isPresent())
          .sorted(Comparator.comparing(ResolvedModule::name))
          .forEach(module -> add(module, layer.findLoader(module.name())));
    }
  }

  private boolean travels(URI location) {
    return "file".equals(location.getScheme())
        && travels.contains(LoadedFrom.normal(Path.of(location)));
  }

  private void add(ResolvedModule module, ClassLoader loader) {
    for (Provides provides : module.reference().descriptor().provides()) {
      List<String> names = new ArrayList<>(provides.providers());
      names.removeAll(registered(module.reference(), provides.service()));
      for (String name : names) {
        if (isUsable(name, provides.service(), loader)) {
          providers.computeIfAbsent(provides.service(), any -> new LinkedHashSet<>()).add(name);
        } else {
          LOG.warn(
              "module {} provides {} by {}, which workers do not find: on a class path a provider"
                  + " must be public, a subtype, and have a public constructor without parameters",
              module.name(),
              provides.service(),
              name);
        }
      }
    }
  }

  /** {@return the providers of a service that a module registers for the class path, too} */
  private static List<String> registered(ModuleReference module, String service) {
    try (var reader = module.open()) {
      Optional<InputStream> file = reader.open(FOLDER + service);
      if (file.isEmpty()) {
        return List.of();
      }
      try (InputStream in = file.get()) {
        return new String(in.readAllBytes(), StandardCharsets.UTF_8)
            .lines()
            .map(line -> line.replaceFirst("#.*", "").strip())
            .toList();
      }
    } catch (IOException e) {
      LOG.debug("{} cannot be read", module, e);
      return List.of();
    }
  }

  /** One that is not would fail the program's whole search for the service. */
  private static boolean isUsable(String name, String service, ClassLoader loader) {
    try {
      Class<?> type = Class.forName(name, false, loader);
      return Modifier.isPublic(type.getModifiers())
          && Modifier.isPublic(type.getConstructor().getModifiers())
          && Class.forName(service, false, loader).isAssignableFrom(type);
    } catch (ReflectiveOperationException | LinkageError e) {
      LOG.debug("{} is not a provider on a class path", name, e);
      return false;
    }
  }
}
