package dev.vast4j.cli;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Checks of this machine, which send nothing. */
final class LocalChecks {
  private static final long LEAST_FREE = 1L << 30;
  private static final List<String> IGNORED = List.of("HTTPS_PROXY", "https_proxy", "ALL_PROXY");

  private final Map<String, String> environment;

  LocalChecks(Map<String, String> environment) {
    this.environment = environment;
  }

  Check java() {
    String found =
        System.getProperty("java.version", "?") + " in " + System.getProperty("java.home", "?");
    return Runtime.version().feature() >= 17
        ? Check.ok("Java", found)
        : Check.failed("Java", found, "Install Java 17 or newer and put its bin folder on PATH");
  }

  /** Bundles are written there before they are uploaded. */
  Check temporaryFolder() {
    Path folder = Path.of(System.getProperty("java.io.tmpdir", "."));
    String fix = "Make room in it, or choose another with -Djava.io.tmpdir=FOLDER";
    try {
      Files.delete(Files.createTempFile(folder, "vast4j-doctor", ""));
      long free = Files.getFileStore(folder).getUsableSpace();
      String detail = "%s, %,.1f GB free".formatted(folder, free / 1e9);
      return free >= LEAST_FREE
          ? Check.ok("temporary", detail)
          : Check.warning("temporary", detail + "; bundles are written there", fix);
    } catch (IOException e) {
      String why =
          Files.isDirectory(folder) ? "cannot be written: " + e : "there is no such folder";
      return Check.failed("temporary", folder + ": " + why, fix);
    }
  }

  /** Digests and the CA's certificate are kept there. */
  Check cacheFolder(Path home) {
    String named = environment.get("VAST_CACHE_FOLDER");
    String cache = environment.get("XDG_CACHE_HOME");
    Path folder =
        named != null && !named.isBlank()
            ? Path.of(named)
            : (cache != null && !cache.isBlank() ? Path.of(cache) : home.resolve(".cache"))
                .resolve("vast4j");
    Path there = existing(folder);
    if (there != null && Files.isDirectory(there) && Files.isWritable(there)) {
      return Check.ok("cache", folder.toString());
    }
    return Check.warning(
        "cache",
        folder + " cannot be written; every run reads and hashes all files again",
        "Make it writable, or set VAST_CACHE_FOLDER to a folder that is");
  }

  private static @Nullable Path existing(Path folder) {
    Path path = folder.toAbsolutePath();
    while (path != null && !Files.exists(path)) {
      path = path.getParent();
    }
    return path;
  }

  /** The JVM takes proxies from system properties only. */
  Check proxy(URI url) {
    List<Proxy> proxies = ProxySelector.getDefault().select(url);
    for (Proxy proxy : proxies) {
      if (proxy.type() != Proxy.Type.DIRECT) {
        return proxy.address() instanceof InetSocketAddress address
                && address.isUnresolved()
                && address.getHostString().isEmpty()
            ? Check.failed("proxy", "a proxy without a host", "Set -Dhttps.proxyHost=HOST")
            : Check.ok("proxy", proxy.toString());
      }
    }
    for (String variable : IGNORED) {
      if (environment.containsKey(variable) && !isLoopback(url)) {
        return Check.warning(
            "proxy",
            variable + " is set, but Java does not read it: connections go directly",
            "If you need the proxy, add -Dhttps.proxyHost=HOST -Dhttps.proxyPort=PORT to"
                + " JAVA_TOOL_OPTIONS");
      }
    }
    return Check.ok("proxy", "none");
  }

  private static boolean isLoopback(URI url) {
    String host = String.valueOf(url.getHost());
    return host.equals("localhost") || host.startsWith("127.") || host.equals("[::1]");
  }
}
