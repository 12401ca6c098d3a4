package dev.vast4j.packaged;

import java.io.File;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.eclipse.aether.RepositorySystem;
import org.eclipse.aether.RepositorySystemSession.CloseableSession;
import org.eclipse.aether.artifact.Artifact;
import org.eclipse.aether.artifact.DefaultArtifact;
import org.eclipse.aether.collection.CollectRequest;
import org.eclipse.aether.graph.Dependency;
import org.eclipse.aether.repository.RemoteRepository;
import org.eclipse.aether.repository.RepositoryPolicy;
import org.eclipse.aether.resolution.ArtifactResult;
import org.eclipse.aether.resolution.DependencyRequest;
import org.eclipse.aether.resolution.DependencyResolutionException;
import org.eclipse.aether.supplier.RepositorySystemSupplier;
import org.eclipse.aether.supplier.SessionBuilderSupplier;
import org.eclipse.aether.util.filter.DependencyFilterUtils;

/**
 * vast4j as a program gets it whose pom names it: resolved, by the pom that the build published,
 * from the repository that it published to.
 */
final class Published {
  private static final Path TARGET = Path.of("target").toAbsolutePath();
  private static final List<Artifact> RESOLVED = resolve();

  private Published() {}

  /** {@return vast4j and everything it brings at run time, vast4j first} */
  static List<Artifact> artifacts() {
    return RESOLVED;
  }

  /** {@return vast4j's jar} */
  static Path jar() {
    return RESOLVED.get(0).getPath();
  }

  /** {@return a class path of what vast4j brings, without vast4j} */
  static String libraries() {
    return RESOLVED.stream()
        .skip(1)
        .map(artifact -> artifact.getPath().toString())
        .collect(Collectors.joining(File.pathSeparator));
  }

  private static List<Artifact> resolve() {
    CollectRequest program = new CollectRequest();
    program.addDependency(
        new Dependency(
            new DefaultArtifact("dev.vast4j:vast4j:" + System.getProperty("vast4j.version")),
            "compile"));
    program.addRepository(repository("published", TARGET.resolve("it-repository")));
    program.addRepository(
        repository("downloaded", Path.of(System.getProperty("vast4j.downloaded"))));
    List<Artifact> resolved = new ArrayList<>();
    try (RepositorySystem system = new RepositorySystemSupplier().get();
        CloseableSession session =
            new SessionBuilderSupplier(system)
                .get()
                .withLocalRepositoryBaseDirectories(TARGET.resolve("it-resolved"))
                .setSystemProperties(System.getProperties())
                .build()) {
      system
          .resolveDependencies(
              session,
              new DependencyRequest(program, DependencyFilterUtils.classpathFilter("runtime")))
          .getArtifactResults()
          .stream()
          .map(ArtifactResult::getArtifact)
          .forEach(resolved::add);
    } catch (DependencyResolutionException e) {
      throw new IllegalStateException("the published artifact does not resolve", e);
    }
    return resolved;
  }

  private static RemoteRepository repository(String id, Path folder) {
    return new RemoteRepository.Builder(id, "default", folder.toUri().toString())
        .setPolicy(
            new RepositoryPolicy(
                true,
                RepositoryPolicy.UPDATE_POLICY_ALWAYS,
                RepositoryPolicy.CHECKSUM_POLICY_IGNORE))
        .build();
  }
}
