package dev.vast4j.internal.bundle;

import dev.vast4j.errors.BundleException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Turns a {@link BundleSpec} into a {@link BundlePlan}: lists the files, leaves out what the ignore
 * rules name, and takes the content hash. What reading a file told is kept in a per-user folder by
 * path, size, times and inode, so that planning an unchanged bundle reads no file. Safe for use by
 * many threads; blocks on file access.
 */
public final class BundlePlanner {
  private static final Logger LOG = LoggerFactory.getLogger(BundlePlanner.class);
  private static final int SHOWN = 10;

  private final BundleCache cache;

  /**
   * Creates the planner.
   *
   * @param cache where digests are kept
   */
  public BundlePlanner(BundleCache cache) {
    this.cache = cache;
  }

  /**
   * A planner with the user's cache folder, see {@link BundleCache#ofUser}.
   *
   * @return the planner
   */
  public static BundlePlanner withUserCache() {
    return new BundlePlanner(BundleCache.ofUser());
  }

  /**
   * Plans the bundle. Files that look like secrets stay out, and a warning names them.
   *
   * @param spec what to deploy
   * @return the plan
   * @throws BundleException when a file is missing, changes while it is read, or is a link that
   *     leads out of its tree; when two things go to one place; when vast4j itself or a class is in
   *     no file; or when the thread is interrupted
   */
  public BundlePlan plan(BundleSpec spec) {
    Instant now = Instant.now();
    long started = TimeUnit.SECONDS.toNanos(now.getEpochSecond()) + now.getNano();
    Set<String> leftOut = new TreeSet<>();
    try (Cores cores = new Cores()) {
      FileReader reader = new FileReader(cache, cores, started);
      List<CopiedTree> copies = new ArrayList<>();
      for (BundleSpec.Copy copy : spec.copies()) {
        copies.add(read(reader, copy.source(), copy.destination(), leftOut));
      }
      BundlePlan plan;
      if (spec.source() instanceof PythonSource python) {
        plan = planPython(spec.config(), python, copies, reader, leftOut);
      } else if (spec.source() instanceof JavaSource java) {
        plan = planJava(spec.config(), java, copies, reader, leftOut);
      } else {
        throw new IllegalStateException("a source is Python or Java");
      }
      warn(leftOut);
      return plan;
    }
  }

  private static CopiedTree read(
      FileReader reader, Path source, String destination, Set<String> leftOut) {
    CopiedTree tree = CopiedTree.of(source, destination, leftOut::add);
    reader.readAll(tree.contents(), "tree", source.toAbsolutePath().normalize().toString());
    return tree;
  }

  private BundlePlan planPython(
      BundleConfig config,
      PythonSource python,
      List<CopiedTree> copies,
      FileReader reader,
      Set<String> leftOut) {
    CopiedTree source = read(reader, python.path(), archiveName(python.path()), leftOut);
    byte[] json = config.toJson();
    List<Member> members = new ArrayList<>();
    members.add(Member.file("./config.json", false, new GeneratedContent(json)));
    members.addAll(source.members());
    copies.forEach(copy -> members.addAll(copy.members()));
    SummaryBuilder summary = new SummaryBuilder().config(config).code(source);
    copies.forEach(summary::files);
    // What an extraction leaves of several members at one path is the last one.
    Map<String, Member> byPath = new HashMap<>();
    members.forEach(member -> byPath.put(member.path(), member));
    return new BundlePlan(
        hashOfPython(json, source, copies),
        config,
        sorted(List.copyOf(byPath.values())),
        summary.build(),
        List.copyOf(leftOut),
        cache);
  }

  /**
   * The reference client's hash runs over all the bytes in one sequence, so digests of files do not
   * help to take it; but they tell whether it was taken before.
   */
  private String hashOfPython(byte[] config, CopiedTree source, List<CopiedTree> copies) {
    String inputs = ContentHash.inputsOfPython(config, source, copies);
    String known = cache.loadText("reference-hash", inputs);
    if (known != null && known.length() == Digests.HEX_LENGTH) {
      return known;
    }
    String hash = ContentHash.ofPython(config, source, copies);
    cache.storeText(hash, "reference-hash", inputs);
    return hash;
  }

  private BundlePlan planJava(
      BundleConfig config,
      JavaSource java,
      List<CopiedTree> copies,
      FileReader reader,
      Set<String> leftOut) {
    List<ClasspathEntry> entries = ClasspathSelection.of(java.classpath(), reader, leftOut::add);
    JavaLayout layout = new JavaLayout(config, java, entries);
    List<Member> members = new ArrayList<>(layout.members());
    copies.forEach(copy -> members.addAll(copy.members()));
    refuseClashes(members);
    List<Member> sorted = sorted(members);
    SummaryBuilder summary =
        new SummaryBuilder().config(layout.config()).classPath(entries).startUp(layout.members());
    copies.forEach(summary::files);
    return new BundlePlan(
        ContentHash.ofMembers(sorted),
        layout.config(),
        sorted,
        summary.build(),
        List.copyOf(leftOut),
        cache);
  }

  private static void refuseClashes(List<Member> members) {
    Map<String, Member> byPath = new HashMap<>();
    for (Member member : members) {
      Member other = byPath.put(member.path(), member);
      if (other != null && !(other.content() == null && member.content() == null)) {
        throw new BundleException(
            member.path(), "two files of the bundle go there; change a copy's destination", null);
      }
    }
  }

  private static List<Member> sorted(List<Member> members) {
    return members.stream()
        .sorted(Comparator.comparing(Member::path, Member.BY_CODE_POINT))
        .toList();
  }

  private static void warn(Set<String> leftOut) {
    if (!leftOut.isEmpty()) {
      List<String> shown = leftOut.stream().limit(SHOWN).toList();
      String rest = leftOut.size() > SHOWN ? ", and " + (leftOut.size() - SHOWN) + " more" : "";
      LOG.warn(
          "left out of the bundle, since it may hold secrets: {}{} (to bring a file all the same,"
              + " write its name after a '!' into a .vastignore file beside it)",
          String.join(", ", shown),
          rest);
    }
  }

  private static String archiveName(Path source) {
    if (!Files.exists(source)) {
      throw new BundleException(source.toString(), "does not exist", null);
    }
    if (Files.isDirectory(source) && Files.isRegularFile(source.resolve("__init__.py"))) {
      return "./deployment";
    }
    if (Files.isRegularFile(source) && source.toString().endsWith(".py")) {
      return "./deployment.py";
    }
    throw new BundleException(
        source.toString(),
        "is neither a Python module (a file named *.py) nor a package (a folder with an"
            + " __init__.py)",
        null);
  }
}
