package dev.vast4j.internal.bundle;

import dev.vast4j.errors.BundleException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Turns a {@link BundleSpec} into a {@link BundlePlan}: lists the files, leaves out what the ignore
 * rules name, and takes the content hash. File digests are kept in a per-user folder by path, size,
 * time and inode, so that planning an unchanged bundle reads no file. Safe for use by many threads;
 * blocks on file access.
 */
public final class BundlePlanner {
  @SuppressWarnings("unused")
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
   * A planner with the user's cache folder, {@code $XDG_CACHE_HOME/vast4j} or {@code
   * ~/.cache/vast4j}.
   *
   * @return the planner
   */
  public static BundlePlanner withUserCache() {
    return new BundlePlanner(BundleCache.ofUser());
  }

  /**
   * Plans the bundle.
   *
   * @param spec what to deploy
   * @return the plan
   * @throws BundleException when a file is missing, changes while it is read, or lies outside the
   *     tree a link of which leads to it
   */
  public BundlePlan plan(BundleSpec spec) {
    TreeSet<String> leftOut = new TreeSet<>();
    FileReader reader = new FileReader();
    List<CopiedTree> copies = new ArrayList<>();
    for (BundleSpec.Copy copy : spec.copies()) {
      copies.add(CopiedTree.of(copy.source(), copy.destination(), leftOut::add));
    }
    copies.forEach(copy -> reader.read(filesOf(copy)));
    if (spec.source() instanceof PythonSource python) {
      CopiedTree source = CopiedTree.of(python.path(), archiveName(python.path()), leftOut::add);
      reader.read(filesOf(source));
      byte[] config = spec.config().toJson();
      String hash = ContentHash.ofPython(config, source, copies);
      List<Member> members = new ArrayList<>();
      members.add(Member.file("./config.json", false, new GeneratedContent(config)));
      members.addAll(source.members());
      copies.forEach(copy -> members.addAll(copy.members()));
      return new BundlePlan(hash, spec.config(), sorted(members), summary(), List.copyOf(leftOut));
    }
    JavaLayout layout =
        JavaLayout.of(spec.config(), (JavaSource) spec.source(), reader, leftOut::add);
    List<Member> members = new ArrayList<>(layout.members());
    copies.forEach(copy -> members.addAll(copy.members()));
    List<Member> sorted = sorted(members);
    return new BundlePlan(
        ContentHash.ofMembers(sorted), layout.config(), sorted, summary(), List.copyOf(leftOut));
  }

  private static BundleSummary summary() {
    return new BundleSummary(new TreeMap<>());
  }

  private static List<SourceFile> filesOf(CopiedTree tree) {
    return tree.files().stream().map(CopiedTree.Placed::file).toList();
  }

  /** By path; of several members at one path, the last is what an extraction leaves. */
  private static List<Member> sorted(List<Member> members) {
    Map<String, Member> byPath = new LinkedHashMap<>();
    members.forEach(member -> byPath.put(member.path(), member));
    List<Member> sorted = new ArrayList<>(byPath.values());
    sorted.sort(Comparator.comparing(Member::path, Member.BY_CODE_POINT));
    return sorted;
  }

  private static String archiveName(Path source) {
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
