package dev.vast4j.internal.bundle;

import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;

/**
 * Entries of a class path that no worker needs: agents, test engines, the build tool's and the
 * IDE's own jars. Libraries that test code calls, such as AssertJ or Mockito, do travel, since a
 * function may be among tests.
 */
final class DefaultExclusions {
  private static final Set<String> GROUPS =
      Set.of(
          "junit",
          "org.junit",
          "org.junit.jupiter",
          "org.junit.platform",
          "org.junit.vintage",
          "org.opentest4j",
          "org.opentest4j.reporting",
          "org.apiguardian",
          "net.jqwik",
          "org.testng",
          "org.wiremock",
          "com.github.tomakehurst",
          "com.tngtech.archunit",
          "org.jacoco",
          "org.apache.maven.surefire",
          "org.codehaus.plexus:plexus-classworlds");

  /** Prefixes of the names of jars whose group is unknown. */
  private static final List<String> NAMES =
      List.of(
          "junit-jupiter",
          "junit-platform",
          "junit-vintage",
          "junit-rt",
          "junit5-rt",
          "idea_rt",
          "debugger-agent",
          "intellij-coverage-agent",
          "opentest4j",
          "apiguardian-api",
          "jqwik",
          "testng",
          "wiremock",
          "archunit",
          "org.jacoco.",
          "jacocoagent",
          "surefire-",
          "gradle-worker",
          "gradle-javaagent",
          "byte-buddy-agent",
          "plexus-classworlds");

  private static final String AGENT_ARGUMENT = "-javaagent:";

  private final List<Path> agents;
  private final List<Path> homes;

  private DefaultExclusions(List<Path> agents, List<Path> homes) {
    this.agents = agents;
    this.homes = homes;
  }

  /** {@return the exclusions for the class path of the running program} */
  static DefaultExclusions ofThisProgram() {
    List<Path> agents =
        ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
            .filter(argument -> argument.startsWith(AGENT_ARGUMENT))
            .map(argument -> argument.substring(AGENT_ARGUMENT.length()).split("=", 2)[0])
            .map(agent -> Path.of(agent).toAbsolutePath().normalize())
            .toList();
    // The JDK's own jars, and Maven's if the program runs inside Maven.
    List<Path> homes =
        List.of("java.home", "maven.home").stream()
            .map(System::getProperty)
            .filter(home -> home != null && !home.isEmpty())
            .map(home -> Path.of(home).toAbsolutePath().normalize())
            .toList();
    return new DefaultExclusions(agents, homes);
  }

  /** Whether a jar stays out unless a rule brings it in. */
  boolean cover(Path jar, Artifact artifact) {
    return agents.contains(jar) || homes.stream().anyMatch(jar::startsWith) || cover(artifact);
  }

  /** Whether a jar within another stays out unless a rule brings it in. */
  boolean cover(Artifact artifact) {
    String group = artifact.group();
    if (group != null) {
      return GROUPS.contains(group)
          || GROUPS.contains(group + ":" + artifact.name())
          || artifact.name().equals("byte-buddy-agent");
    }
    return NAMES.stream().anyMatch(artifact.name()::startsWith)
        || (artifact.name().equals("junit") && artifact.version().startsWith("4."));
  }
}
