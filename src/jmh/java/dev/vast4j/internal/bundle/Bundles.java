package dev.vast4j.internal.bundle;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * Content hash and tarball of one tree by this library and, where Python can import it, by the
 * reference client, taking turns, each time in a fresh process. Starting the processes and loading
 * the clients is not counted: what importing does in Python, a bundle of one small file does here,
 * after which the classes are loaded and hardly any of it is compiled.
 *
 * <p>Arguments: the tree's size in MB, and the number of rounds.
 */
public final class Bundles {
  /** Answers the hash, the tarball's size and the time taken in seconds. */
  private static final String REFERENCE =
      """
      import os, sys, time
      from vastai.serverless.remote.base import Config
      from vastai.serverless.remote.utils import compute_deployment_hash, create_deployment_tarball
      main, tree, tarball = sys.argv[1:]
      config = Config("bench", [], [], [], [])
      began = time.perf_counter()
      answer = compute_deployment_hash(config, main, [(tree, "data")])
      create_deployment_tarball(tarball, config, main, [(tree, "data")])
      took = time.perf_counter() - began
      print(answer, os.path.getsize(tarball), took)
      """;

  private static final String PYTHON = System.getenv().getOrDefault("PYTHON", "python3");

  private record Result(String hash, long size, double seconds) {}

  private final Path main;
  private final Path tree;
  private final Path tarball;
  private final Path cache;

  private Bundles(Path folder) {
    main = folder.resolve("deployment.py");
    tree = folder.resolve("tree");
    tarball = folder.resolve("bundle.tar.gz");
    cache = folder.resolve("cache");
  }

  /** Runs it all. */
  public static void main(String[] arguments) throws Exception {
    if (arguments.length == 1 && Files.isDirectory(Path.of(arguments[0]))) {
      new Bundles(Path.of(arguments[0])).deploy();
      return;
    }
    int megabytes = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 256;
    int rounds = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 3;
    Path folder = Files.createTempDirectory("bundles");
    try {
      BundleTree.make(folder.resolve("tree"), megabytes);
      Files.writeString(folder.resolve("deployment.py"), "# nothing to run\n");
      new Bundles(folder).compare(megabytes, rounds);
    } finally {
      delete(folder);
    }
  }

  private void compare(int megabytes, int rounds) throws Exception {
    boolean hasReference = run(PYTHON, "-c", "import vastai.serverless.remote.utils") != null;
    List<Result> reference = new ArrayList<>();
    List<Result> first = new ArrayList<>();
    List<Result> unchanged = new ArrayList<>();
    for (int i = 0; i < rounds; i++) {
      if (hasReference) {
        reference.add(
            result(PYTHON, "-c", REFERENCE, main.toString(), tree.toString(), tarball + ".ref"));
      }
      delete(cache);
      first.add(ours());
      unchanged.add(ours());
    }
    System.out.printf(
        "%d MB, %d cores, JDK %s, median of %d%n%n",
        megabytes,
        Runtime.getRuntime().availableProcessors(),
        System.getProperty("java.version"),
        rounds);
    System.out.println("| | ms | relative | tarball, MB |");
    System.out.println("|---|---|---|---|");
    double unit = median(first).seconds();
    print("first deploy", median(first), unit);
    print("unchanged deploy", median(unchanged), unit);
    if (hasReference) {
      print("reference client", median(reference), unit);
      boolean same = reference.get(0).hash().equals(first.get(0).hash());
      System.out.println("\ncontent hashes are " + (same ? "equal" : "DIFFERENT"));
    } else {
      System.out.println("\n" + PYTHON + " cannot import vastai: without the reference client");
    }
  }

  private static void print(String name, Result result, double unit) {
    System.out.printf(
        Locale.ROOT,
        "| %s | %,.0f | %.3f | %.1f |%n",
        name,
        result.seconds() * 1000,
        result.seconds() / unit,
        result.size() / 1e6);
  }

  private static Result median(List<Result> results) {
    return results.stream()
        .sorted(Comparator.comparing(Result::seconds))
        .toList()
        .get(results.size() / 2);
  }

  private Result ours() throws Exception {
    return result(
        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
        "-cp",
        System.getProperty("java.class.path"),
        Bundles.class.getName(),
        tarball.getParent().toString());
  }

  private void deploy() throws IOException {
    Path loading = Files.createTempDirectory(tarball.getParent(), "loading");
    try {
      deploy(main, loading.resolve("cache"), loading.resolve("bundle.tar.gz"));
    } finally {
      delete(loading);
    }
    System.out.println(deploy(tree, cache, tarball));
  }

  private String deploy(Path copied, Path cache, Path tarball) {
    BundlePlanner planner = new BundlePlanner(BundleCache.in(cache));
    BundleSpec spec =
        BundleSpec.of(BundleConfig.of("bench"), new PythonSource(main)).copy(copied, "data");
    long began = System.nanoTime();
    BundlePlan plan = planner.plan(spec);
    // The service knows an unchanged bundle by its hash and asks for no tarball.
    long size = plan.knownSize().isPresent() ? plan.knownSize().getAsLong() : plan.writeTo(tarball);
    double took = (System.nanoTime() - began) / 1e9;
    return plan.hash() + " " + size + " " + took;
  }

  private static Result result(String... command) throws Exception {
    String line = run(command);
    if (line == null) {
      throw new IOException(command[0] + " failed");
    }
    String[] parts = line.split(" ", -1);
    return new Result(parts[0], Long.parseLong(parts[1]), Double.parseDouble(parts[2]));
  }

  /** The last line that a program prints, or null when it fails. */
  private static String run(String... command) throws Exception {
    Process process;
    try {
      process = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
    } catch (IOException e) {
      return null;
    }
    String last = "";
    try (BufferedReader output =
        new BufferedReader(new InputStreamReader(process.getInputStream(), UTF_8))) {
      for (String line = output.readLine(); line != null; line = output.readLine()) {
        last = line;
      }
    }
    return process.waitFor() == 0 ? last : null;
  }

  private static void delete(Path folder) throws IOException {
    if (Files.exists(folder)) {
      try (Stream<Path> all = Files.walk(folder)) {
        for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(path);
        }
      }
    }
  }
}
