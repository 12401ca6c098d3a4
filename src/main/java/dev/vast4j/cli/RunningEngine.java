package dev.vast4j.cli;

import java.io.IOException;
import java.net.URI;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.UserPrincipal;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * An engine of this user that runs on this machine, found by the file that it keeps in its folder.
 *
 * @param folder the engine's folder
 * @param page the page's URL, with its token
 */
record RunningEngine(Path folder, URI page) {
  private static final String FILE = "page_url";
  private static final Pattern CONTENT =
      Pattern.compile(
          "(http://127\\.0\\.0\\.1:\\d{1,5}/\\?token=[\\w-]{1,200})\\s+(\\d+) (\\d+)\\s*");

  int port() {
    return page.getPort();
  }

  /** {@return the engines in temporary folders and in those that {@code vast4j local} keeps} */
  static List<RunningEngine> all() {
    List<RunningEngine> found = new ArrayList<>();
    add(found, Path.of(System.getProperty("java.io.tmpdir")), "vast4j-local-*");
    add(found, Path.of(System.getProperty("user.home"), ".vast4j"), "local-*");
    found.sort(Comparator.comparingInt(RunningEngine::port));
    return found;
  }

  private static void add(List<RunningEngine> found, Path parent, String glob) {
    if (!Files.isDirectory(parent)) {
      return;
    }
    try (DirectoryStream<Path> folders = Files.newDirectoryStream(parent, glob)) {
      for (Path folder : folders) {
        RunningEngine engine = in(folder);
        if (engine != null) {
          found.add(engine);
        }
      }
    } catch (IOException e) {
      return; // a folder that cannot be read has no engine of this user
    }
  }

  /** {@return the engine of a folder, or null when none of this user runs there} */
  static @Nullable RunningEngine in(Path folder) {
    Path file = folder.resolve(FILE);
    try {
      if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS) || !isOwn(file)) {
        return null;
      }
      Matcher content = CONTENT.matcher(Files.readString(file));
      return content.matches() && runs(Long.parseLong(content.group(2)), content.group(3))
          ? new RunningEngine(folder, URI.create(content.group(1)))
          : null;
    } catch (IOException | NumberFormatException e) {
      return null; // its engine just ended
    }
  }

  /** {@return whether this user owns a file: others may leave some in a shared folder} */
  private static boolean isOwn(Path file) throws IOException {
    UserPrincipal self =
        file.getFileSystem()
            .getUserPrincipalLookupService()
            .lookupPrincipalByName(System.getProperty("user.name"));
    return Files.getOwner(file, LinkOption.NOFOLLOW_LINKS).equals(self);
  }

  /** {@return whether the process runs: after its end, another user may have its port} */
  private static boolean runs(long process, String startMillis) {
    return ProcessHandle.of(process)
        .flatMap(handle -> handle.info().startInstant())
        .filter(start -> String.valueOf(start.toEpochMilli()).equals(startMillis))
        .isPresent();
  }

  @Override
  public String toString() {
    return "RunningEngine[port=" + port() + "]"; // without the token
  }
}
