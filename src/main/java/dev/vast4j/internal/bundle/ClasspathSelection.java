package dev.vast4j.internal.bundle;

import dev.vast4j.Classpath;
import dev.vast4j.errors.BundleException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Selects the entries of a class path that travel: follows manifests, opens executable jars, and
 * leaves out what no worker needs.
 */
final class ClasspathSelection {
  private static final Logger LOG = LoggerFactory.getLogger(ClasspathSelection.class);
  private static final List<String> NESTED_ROOTS = List.of("BOOT-INF/", "WEB-INF/");
  private static final String JARS = "jars";
  private static final String CLASSES = "classes/";

  private final Classpath classpath;
  private final FileReader reader;
  private final Cores cores;
  private final Consumer<String> leftOut;
  private final DefaultExclusions exclusions = DefaultExclusions.ofThisProgram();
  private final Set<Path> seen = new HashSet<>();
  private final List<Candidate> candidates = new ArrayList<>();

  /** An entry, and its client library if it travels only when something else uses that. */
  private record Candidate(ClasspathEntry entry, @Nullable ClientLibrary onlyIfNamed) {}

  private ClasspathSelection(
      Classpath classpath, FileReader reader, Cores cores, Consumer<String> leftOut) {
    this.classpath = classpath;
    this.reader = reader;
    this.cores = cores;
    this.leftOut = leftOut;
  }

  /**
   * Selects.
   *
   * @param classpath the entries found, and the rules
   * @param first of those, the ones that come before all others
   * @param origins entries that the served classes need besides
   * @param reader reads the facts of files
   * @param cores lists folders in parallel
   * @param leftOut receives every file that stays out because it looks like a secret
   * @return the entries in class path order
   */
  static List<ClasspathEntry> of(
      Classpath classpath,
      Collection<Path> first,
      Collection<Path> origins,
      FileReader reader,
      Cores cores,
      Consumer<String> leftOut) {
    ClasspathSelection selection = new ClasspathSelection(classpath, reader, cores, leftOut);
    List<Path> found = new ArrayList<>(first);
    found.removeAll(classpath.added());
    found.addAll(classpath.found());
    origins.stream().filter(origin -> !classpath.added().contains(origin)).forEach(found::add);
    selection.take(found, false);
    for (Path added : classpath.added()) {
      if (!Files.exists(added)) {
        throw new BundleException(added.toString(), "does not exist", null);
      }
    }
    selection.take(classpath.added(), true);
    return selection.named();
  }

  /**
   * Makes sure that the served classes are in what travels.
   *
   * @param origins where each class was loaded from
   * @param entries what travels
   * @throws BundleException naming a class that rules leave out
   */
  static void requireServed(Map<String, Path> origins, List<ClasspathEntry> entries) {
    Set<String> locations = new HashSet<>();
    for (ClasspathEntry entry : entries) {
      locations.add(entry.location().split("!", -1)[0]);
    }
    origins.forEach(
        (name, origin) -> {
          if (!locations.contains(origin.toString())
              && entries.stream().noneMatch(entry -> entry.holds(name))) {
            throw new BundleException(
                name,
                "is in "
                    + origin
                    + ", which the class path leaves out, so no worker could load it; was it"
                    + " excluded?",
                null);
          }
        });
  }

  /**
   * Takes entries in order; what a jar's manifest names comes right after that jar, as in a JVM.
   */
  private void take(List<Path> paths, boolean explicit) {
    // Reads the facts of all jars at once, to use all cores.
    Map<Path, SourceFile> jars = new LinkedHashMap<>();
    Set<Path> taken = new LinkedHashSet<>();
    for (Path path : paths) {
      if (seen.contains(path) || !Files.exists(path)) {
        continue;
      }
      FileStat stat = CopiedTree.stat(path);
      if (stat.kind() == FileStat.Kind.FILE) {
        if (mayTake(path, MavenRepository.artifactOf(path), explicit) || isOpened(path)) {
          jars.put(path, SourceFile.of(path, stat, Inspection.JAR));
          taken.add(path);
        }
      } else if (stat.kind() == FileStat.Kind.FOLDER
          && allows(path.toString(), Artifact.ofFileName(fileName(path)), true)) {
        taken.add(path);
      }
    }
    reader.readSome(List.copyOf(jars.values()), JARS);
    for (Path path : taken) {
      SourceFile jar = jars.get(path);
      if (!seen.add(path)) {
        continue; // a jar before this one names it
      }
      if (jar == null) {
        takeFolder(path);
      } else {
        takeJar(path, jar, explicit);
      }
    }
  }

  private boolean mayTake(Path jar, Artifact artifact, boolean explicit) {
    return allows(jar.toString(), artifact, explicit || !exclusions.cover(jar, artifact));
  }

  /** The content of an executable jar travels, so the rules do not apply to its own name. */
  private static boolean isOpened(Path jar) {
    try (ZipFile zip = new ZipFile(jar.toFile())) {
      return zip.stream().anyMatch(entry -> belowNestedRoot(entry.getName()) != null);
    } catch (IOException e) {
      LOG.debug("{} cannot be read and stays out", jar, e);
      return false;
    }
  }

  /** Applies the rules to an entry; the default counts if none matches. */
  private boolean allows(String location, Artifact artifact, boolean byDefault) {
    String path = location.replace('\\', '/');
    boolean allowed = byDefault;
    for (Classpath.Rule rule : classpath.rules()) {
      if (ClasspathPattern.matches(rule.glob(), path, artifact)) {
        allowed = rule.include();
      }
    }
    return allowed;
  }

  private void takeFolder(Path folder) {
    List<FileSet.Named> files = new ArrayList<>();
    List<String> folders = new ArrayList<>();
    for (SourceTree.Node node : SourceTree.list(folder, IgnoreRules.builtIn(), leftOut, cores)) {
      if (node.isFolder()) {
        folders.add(node.relative());
      } else {
        files.add(
            new FileSet.Named(
                node.relative(), SourceFile.of(node.path(), node.stat(), Inspection.CLASS_FOLDER)));
      }
    }
    takeFolder(fileName(folder), folder.toString(), files, folders);
  }

  /**
   * Takes files as a class folder.
   *
   * @param folders names of folders, of which those without files are kept
   */
  private void takeFolder(
      String fileName, String location, List<FileSet.Named> files, Collection<String> folders) {
    Set<String> empty = new TreeSet<>(Member.BY_CODE_POINT);
    empty.addAll(folders);
    for (FileSet.Named named : List.copyOf(files)) {
      if (FolderMetadata.isForJarsOnly(named.name())) {
        files.remove(named);
        empty.add(named.name().substring(0, named.name().indexOf('/')));
      }
    }
    files.stream()
        .filter(named -> !FolderMetadata.isManifest(named.name()))
        .forEach(named -> removeParents(named.name(), empty));
    List.copyOf(empty).forEach(folder -> removeParents(folder, empty));
    if (files.isEmpty() && empty.isEmpty()) {
      return;
    }
    files.sort(Comparator.comparing(FileSet.Named::name, Member.BY_CODE_POINT));
    FileSet set = new FileSet("folder\n" + location, files);
    reader.read(set);
    candidates.add(
        new Candidate(
            new ClasspathEntry.Folder(fileName, location, set, List.copyOf(empty)), null));
  }

  private static void removeParents(String name, Set<String> folders) {
    if (!folders.isEmpty()) {
      for (int end = name.lastIndexOf('/'); end > 0; end = name.lastIndexOf('/', end - 1)) {
        folders.remove(name.substring(0, end));
      }
    }
  }

  private void takeJar(Path path, SourceFile jar, boolean explicit) {
    FileFacts.JarFacts facts = jar.jarFacts();
    switch (facts.shape()) {
      case NOT_A_JAR -> {
        if (classpath.added().contains(path)) {
          throw new BundleException(
              path.toString(), "was added to the class path but is not a jar", null);
        }
        LOG.warn("{} is on the class path but is not a jar; it stays out", path);
      }
      case CLASS_PATH_ONLY -> LOG.debug("{} has a class path only and stays out", path);
      case NESTED -> takeNested(path, jar.stat());
      case PLAIN ->
          candidates.add(
              candidate(fileName(path), jar, MavenRepository.artifactOf(path), explicit));
    }
    List<Path> named = new ArrayList<>();
    for (String entry : facts.classPath()) {
      Path target = resolve(path, entry);
      if (target != null) {
        named.add(target);
      }
    }
    take(named, explicit);
  }

  private Candidate candidate(
      String fileName, SourceFile jar, Artifact artifact, boolean explicit) {
    ClientLibrary library = ClientLibrary.of(artifact);
    String location = jar.location();
    boolean asked = explicit || allows(location, artifact, false);
    return new Candidate(new ClasspathEntry.Jar(fileName, jar, artifact), asked ? null : library);
  }

  private static @Nullable Path resolve(Path jar, String entry) {
    try {
      URI uri = jar.toUri().resolve(entry);
      return "file".equals(uri.getScheme()) ? Path.of(uri).toAbsolutePath().normalize() : null;
    } catch (IllegalArgumentException e) {
      LOG.debug("{} names {} in its class path, which is not a file", jar, entry, e);
      return null;
    }
  }

  /**
   * Takes an executable jar: what the program's first class loader sees in it, which is the jar
   * itself, then the classes and jars that its own loader finds within.
   */
  private void takeNested(Path outer, FileStat stat) {
    List<FileSet.Named> classes = new ArrayList<>();
    List<String> folders = new ArrayList<>();
    List<FileSet.Named> root = new ArrayList<>();
    List<String> rootFolders = new ArrayList<>();
    List<SourceFile> jars = new ArrayList<>();
    try (ZipFile zip = new ZipFile(outer.toFile())) {
      List<String> order = declaredOrder(zip);
      for (ZipEntry entry : List.copyOf(zip.stream().toList())) {
        String name = entry.getName();
        String inner = belowNestedRoot(name);
        if (inner != null && inner.startsWith("lib") && inner.endsWith(".jar")) {
          jars.add(SourceFile.within(outer, stat, name, entry.getSize(), Inspection.JAR));
          continue;
        }
        String classFile =
            inner != null && inner.startsWith(CLASSES) ? inner.substring(CLASSES.length()) : "";
        if (entry.isDirectory()) {
          addFolder(name, rootFolders);
          addFolder(classFile, folders);
          continue;
        }
        SourceFile file =
            SourceFile.within(outer, stat, name, entry.getSize(), Inspection.CLASS_FOLDER);
        if (travels(classFile.isEmpty() ? name : classFile, file)) {
          root.add(new FileSet.Named(name, file));
          if (!classFile.isEmpty()) {
            classes.add(new FileSet.Named(classFile, file));
          }
        }
      }
      // Boot's loader gives the packages of these classes the outer jar's manifest.
      if (classes.stream().noneMatch(named -> FolderMetadata.isManifest(named.name()))) {
        root.stream()
            .filter(named -> FolderMetadata.isManifest(named.name()))
            .forEach(classes::add);
        root.removeIf(named -> FolderMetadata.isManifest(named.name()));
      }
      // Opens the files one by one, which is cheap while this jar is open.
      takeFolder(stem(outer), outer + "!/", root, rootFolders);
      takeFolder("classes", outer + "!/classes", classes, folders);
      takeNested(outer, jars, order);
    } catch (IOException e) {
      throw new BundleException(outer.toString(), "cannot be read: " + e, e);
    }
  }

  private static void addFolder(String name, List<String> folders) {
    if (name.endsWith("/")) {
      folders.add(name.substring(0, name.length() - 1));
    }
  }

  /** Applies the built-in ignore rules to a file of an executable jar. */
  private boolean travels(String name, SourceFile file) throws IOException {
    IgnoreRules.Verdict verdict = IgnoreRules.verdictWithin(name, file::open);
    if (verdict == IgnoreRules.Verdict.WITHHELD) {
      leftOut.accept(file.location());
    }
    return verdict == IgnoreRules.Verdict.TAKEN;
  }

  private void takeNested(Path outer, List<SourceFile> jars, List<String> order) {
    jars.removeIf(
        jar -> {
          Artifact artifact = Artifact.ofFileName(nestedName(jar));
          return !allows(jar.location(), artifact, !exclusions.cover(artifact));
        });
    jars.sort(Comparator.comparingInt(jar -> place(order, jar.entry())));
    reader.readSome(jars, "nested\n" + outer);
    for (SourceFile jar : jars) {
      String name = nestedName(jar);
      candidates.add(candidate(name, jar, Artifact.ofFileName(name), false));
    }
  }

  private static int place(List<String> order, String entry) {
    int place = order.indexOf(entry);
    return place < 0 ? Integer.MAX_VALUE : place;
  }

  private static String nestedName(SourceFile jar) {
    return jar.entry().substring(jar.entry().lastIndexOf('/') + 1);
  }

  private static @Nullable String belowNestedRoot(String name) {
    for (String root : NESTED_ROOTS) {
      if (name.startsWith(root)) {
        return name.substring(root.length());
      }
    }
    return null;
  }

  /** Reads the order from Spring Boot's index: lines such as {@code - "BOOT-INF/lib/a.jar"}. */
  private static List<String> declaredOrder(ZipFile zip) throws IOException {
    List<String> order = new ArrayList<>();
    for (String root : NESTED_ROOTS) {
      ZipEntry index = zip.getEntry(root + "classpath.idx");
      if (index == null) {
        continue;
      }
      try (InputStream in = zip.getInputStream(index);
          BufferedReader lines =
              new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))) {
        lines.lines().map(line -> line.strip().replaceAll("^- *\"?|\"$", "")).forEach(order::add);
      }
    }
    return order;
  }

  /** {@return the candidates without the client libraries that nothing uses} */
  private List<ClasspathEntry> named() {
    int mentioned = 0;
    int before = -1;
    while (mentioned != before) {
      before = mentioned;
      for (Candidate candidate : candidates) {
        if (!candidate.entry().holdsLauncher() && isNamed(candidate, mentioned)) {
          mentioned |= candidate.entry().classes().mentions();
        }
      }
    }
    List<ClasspathEntry> named = new ArrayList<>();
    for (Candidate candidate : candidates) {
      if (isNamed(candidate, mentioned)) {
        named.add(candidate.entry());
      }
    }
    return named;
  }

  private static boolean isNamed(Candidate candidate, int mentioned) {
    ClientLibrary library = candidate.onlyIfNamed();
    return library == null || (mentioned & library.bit()) != 0;
  }

  private static String stem(Path jar) {
    return fileName(jar).replaceFirst("\\.[jw]ar$", "");
  }

  private static String fileName(Path path) {
    Path name = path.getFileName();
    return name == null ? "classes" : name.toString();
  }
}
