package dev.vast4j.internal.bundle;

import dev.vast4j.Image;
import dev.vast4j.Progress;
import dev.vast4j.errors.BundleException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Turns a {@link BundleSpec} into a {@link BundlePlan}: lists the files, applies the ignore rules,
 * and computes the content hash. A per-user cache keeps the facts of files by path, size, times and
 * inode, so that planning an unchanged bundle reads no file. Safe for use by many threads; blocks
 * on file access.
 */
public final class BundlePlanner {
  private static final Logger LOG = LoggerFactory.getLogger(BundlePlanner.class);
  private static final int SHOWN = 10;
  private static final long LARGE_COPY = 100_000_000;

  private final BundleCache cache;

  /**
   * Creates the planner.
   *
   * @param cache keeps facts of files
   */
  public BundlePlanner(BundleCache cache) {
    this.cache = cache;
  }

  /**
   * Plans the bundle. Files that look like secrets stay out, and a warning names them.
   *
   * @param spec what to deploy
   * @return the plan
   * @throws BundleException when a file is missing, changes while it is read, or is a link that
   *     leads out of its tree; when two files have one destination; when vast4j itself or a class
   *     is in no file; or when the thread is interrupted
   */
  public BundlePlan plan(BundleSpec spec) {
    Set<String> leftOut = new ConcurrentSkipListSet<>();
    try (Cores cores = new Cores()) {
      FileReader reader = reader(cores);
      List<CopiedTree> copies = new ArrayList<>();
      for (Image.Copied copy : spec.copies()) {
        // The Python client copies everything, and both clients' hashes must agree.
        CopiedTree tree =
            spec.source() instanceof PythonSource
                ? CopiedTree.of(copy.source(), copy.destination(), leftOut::add, cores)
                : CopiedTree.ofProject(copy.source(), copy.destination(), leftOut::add, cores);
        reader.read(tree.files());
        report(copy, tree);
        copies.add(tree);
      }
      BundlePlan plan;
      if (spec.source() instanceof PythonSource python) {
        CopiedTree source =
            CopiedTree.of(python.path(), archiveName(python.path()), leftOut::add, cores);
        reader.read(source.files());
        plan = planPython(spec.config(), source, copies, leftOut);
      } else if (spec.source() instanceof JavaSource java) {
        Map<String, Path> origins = LoadedFrom.origins(java.served(), java.classpath());
        ServedClasses found = ServedClasses.of(java.served());
        Set<Path> seen = new LinkedHashSet<>(found.paths());
        seen.addAll(origins.values());
        List<ClasspathEntry> entries =
            ClasspathSelection.of(
                java.classpath(), found.first(), seen, reader, cores, leftOut::add);
        JavaLayout layout =
            new JavaLayout(
                spec.config(), java, entries, ModuleServices.of(java.served(), entries), reader);
        ClasspathSelection.requireServed(origins, entries);
        plan = planJava(spec.config(), java, layout, entries, copies, leftOut);
      } else {
        throw new IllegalStateException("a source is Python or Java");
      }
      warn(leftOut);
      return plan.omitting(omitted(copies));
    }
  }

  /**
   * Finds assets and computes their digests. A folder gives one asset for each file in it; the
   * ignore rules of copied folders apply.
   *
   * @param assets files and folders with their destinations
   * @return the files, in the order of the assets and within a folder of the content hash
   * @throws BundleException as {@link #plan} does, and when two files have one destination
   */
  public List<AssetFile> assets(List<Image.Copied> assets) {
    Set<String> leftOut = new ConcurrentSkipListSet<>();
    List<AssetFile> found = new ArrayList<>();
    try (Cores cores = new Cores()) {
      FileReader reader = reader(cores);
      Places places = new Places();
      for (Image.Copied asset : assets) {
        CopiedTree tree = CopiedTree.of(asset.source(), asset.destination(), leftOut::add, cores);
        reader.load(tree.files());
        for (FileSet.Named named : tree.files().files()) {
          String path = CopiedTree.memberPath(named.name());
          String destination = path.replaceFirst("^\\./", "");
          if (destination.chars().anyMatch(Character::isISOControl)) {
            throw new BundleException(
                named.file().location(),
                "an asset's name must not contain control characters",
                null);
          }
          places.file(path, Places.Owner.ASSET);
          found.add(new AssetFile(named.file(), destination));
        }
      }
    }
    warn(leftOut);
    return found;
  }

  private FileReader reader(Cores cores) {
    Instant now = Instant.now();
    long started = TimeUnit.SECONDS.toNanos(now.getEpochSecond()) + now.getNano();
    return new FileReader(cache, cores, started);
  }

  private BundlePlan planPython(
      BundleConfig config, CopiedTree source, List<CopiedTree> copies, Set<String> leftOut) {
    byte[] json = config.toJson();
    String inputs = ContentHash.inputsOfPython(json, source, copies);
    List<FileSet> sets = new ArrayList<>(List.of(source.files()));
    copies.forEach(copy -> sets.add(copy.files()));
    Supplier<List<Member>> members =
        () -> {
          load(sets);
          List<Member> given = new ArrayList<>();
          given.add(Member.file("./config.json", false, new GeneratedContent(json)));
          given.addAll(source.members());
          copies.forEach(copy -> given.addAll(copy.members()));
          // Of several files at one path, extraction keeps the last one.
          Map<String, Member> byPath = new HashMap<>();
          Places places = new Places();
          for (Member member : given) {
            Member before = byPath.put(member.path(), member);
            if (before == null || isFolder(before) != isFolder(member)) {
              take(places, member, Places.Owner.COPY);
            }
          }
          return sorted(byPath.values());
        };
    Supplier<BundleSummary> summary =
        () -> {
          load(sets);
          SummaryBuilder builder = new SummaryBuilder().config(config).code(source);
          copies.forEach(builder::files);
          return builder.build();
        };
    return new BundlePlan(
        hashOfPython(inputs, json, source, copies, sets),
        inputs,
        config,
        leftOut,
        members,
        summary,
        cache);
  }

  /**
   * The reference client's hash runs over all the bytes in sequence, so digests of files do not
   * help to compute it; but they tell whether it is known.
   */
  private String hashOfPython(
      String inputs,
      byte[] config,
      CopiedTree source,
      List<CopiedTree> copies,
      List<FileSet> sets) {
    String known = cache.loadText("reference-hash", inputs);
    if (known != null && known.length() == Digests.HEX_LENGTH) {
      return known;
    }
    load(sets);
    String hash;
    try (Cores cores = new Cores()) {
      hash = ContentHash.ofPython(config, source, copies, cores);
    }
    cache.storeText(hash, "reference-hash", inputs);
    return hash;
  }

  private BundlePlan planJava(
      BundleConfig config,
      JavaSource source,
      JavaLayout layout,
      List<ClasspathEntry> entries,
      List<CopiedTree> copies,
      Set<String> leftOut) {
    List<AssetEntry> assets = source.assets();
    String hash = ContentHash.ofJava(sorted(layout.members()), copies);
    List<Member> members = new ArrayList<>(layout.members());
    members.add(Member.file(JavaLayout.VERSION, false, GeneratedContent.ofText(hash)));
    List<Member> own = sorted(members);
    refuseClashes(own, copies, assets);
    List<FileSet> sets = new ArrayList<>();
    copies.forEach(copy -> sets.add(copy.files()));
    for (ClasspathEntry entry : entries) {
      if (entry instanceof ClasspathEntry.Folder folder) {
        sets.add(folder.files());
      }
    }
    Supplier<List<Member>> all =
        () -> {
          load(sets);
          Places places = new Places();
          own.forEach(member -> take(places, member, Places.Owner.BUNDLE));
          List<Member> given = new ArrayList<>(own);
          for (CopiedTree copy : copies) {
            copy.members().forEach(member -> take(places, member, Places.Owner.COPY));
            given.addAll(copy.members());
          }
          return sorted(given);
        };
    Supplier<BundleSummary> summary =
        () -> {
          load(sets);
          SummaryBuilder builder =
              new SummaryBuilder()
                  .config(config)
                  .java(layout.release(), source.image())
                  .classPath(entries, layout.digests())
                  .startUp(layout.members())
                  .assets(assets);
          copies.forEach(builder::files);
          return builder.build();
        };
    return new BundlePlan(hash, bytes(hash, own), config, leftOut, all, summary, cache);
  }

  /** {@return what tells the tarball's bytes, which differ for jars that were built again} */
  private static String bytes(String hash, List<Member> members) {
    StringBuilder bytes = new StringBuilder(hash);
    for (Member member : members) {
      if (member.content() instanceof BuiltJar built) {
        bytes.append(built.jar().digest());
      }
    }
    return Digests.sha256Hex(bytes.toString());
  }

  /** Sets the facts of single files, which a plan of unchanged sets does not need. */
  private void load(List<FileSet> sets) {
    if (sets.stream().allMatch(FileSet::isLoaded)) {
      return;
    }
    try (Cores cores = new Cores()) {
      FileReader reader = reader(cores);
      sets.forEach(reader::load);
    }
  }

  /** Uses names only, so that planning an unchanged bundle still loads no facts of files. */
  private static void refuseClashes(
      List<Member> own, List<CopiedTree> copies, List<AssetEntry> assets) {
    if (assets.isEmpty()) {
      return;
    }
    Places places = new Places();
    own.forEach(member -> take(places, member, Places.Owner.BUNDLE));
    for (CopiedTree copy : copies) {
      for (FileSet.Named named : copy.files().files()) {
        places.file(CopiedTree.memberPath(named.name()), Places.Owner.COPY);
      }
    }
    for (AssetEntry asset : assets) {
      places.file(CopiedTree.memberPath(asset.destination()), Places.Owner.ASSET);
    }
  }

  private static void take(Places places, Member member, Places.Owner owner) {
    if (isFolder(member)) {
      places.folder(member.path(), owner);
    } else {
      places.file(member.path(), owner);
    }
  }

  private static boolean isFolder(Member member) {
    return member.content() == null;
  }

  private static List<Member> sorted(Collection<Member> members) {
    return members.stream()
        .sorted(Comparator.comparing(Member::path, Member.BY_CODE_POINT))
        .toList();
  }

  private static Optional<Progress.LeftOut> omitted(List<CopiedTree> copies) {
    List<String> names = new ArrayList<>();
    long files = 0;
    long bytes = 0;
    for (CopiedTree copy : copies) {
      copy.omitted().paths().forEach(path -> names.add(path.toString()));
      files += copy.omitted().files();
      bytes += copy.omitted().bytes();
    }
    return names.isEmpty()
        ? Optional.empty()
        : Optional.of(new Progress.LeftOut(names, files, bytes));
  }

  /** Says what a copy leaves out, and warns if it is large all the same. */
  private static void report(Image.Copied copy, CopiedTree tree) {
    BuiltFiles.Omitted omitted = tree.omitted();
    if (!omitted.paths().isEmpty()) {
      LOG.info(
          "the copy of {} leaves out {} ({}{} files, {} MB): built, an editor's{}. To include one,"
              + " add its name after a '!' to {}",
          copy.source(),
          shown(omitted.paths().stream().map(Path::toString).toList()),
          omitted.isPartlyCounted() ? "more than " : "",
          omitted.files(),
          megabytes(omitted.bytes()),
          tree.followsGit() ? ", or in .gitignore, which applies without a .vastignore" : "",
          copy.source().resolve(IgnoreRules.FILE_NAME));
    } else if (tree.followsGit()) {
      LOG.info(
          "the copy of {} follows its .gitignore, since there is no .vastignore", copy.source());
    }
    long bytes = tree.files().files().stream().mapToLong(named -> named.file().size()).sum();
    if (bytes > LARGE_COPY) {
      LOG.warn(
          "the copy of {} takes {} MB in {} files with every version; list what workers don't need"
              + " in .vastignore, and send big files with Image.asset",
          copy.source(),
          megabytes(bytes),
          tree.files().files().size());
    }
  }

  private static String megabytes(long bytes) {
    return String.format(Locale.ROOT, "%.1f", bytes / 1e6);
  }

  private static String shown(Collection<String> paths) {
    List<String> shown = paths.stream().limit(SHOWN).toList();
    String rest = paths.size() > SHOWN ? ", and " + (paths.size() - SHOWN) + " more" : "";
    return String.join(", ", shown) + rest;
  }

  private static void warn(Set<String> leftOut) {
    if (!leftOut.isEmpty()) {
      LOG.warn(
          "left out of the bundle, since they may hold secrets or link to what stays out: {} (to"
              + " include a file, add its name after a '!' to a .vastignore file beside it)",
          shown(leftOut));
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
        "is not a Python module (a file named *.py) or package (a folder with an __init__.py)",
        null);
  }
}
