package dev.vast4j.local.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.vast4j.errors.LocalEngineException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserPrincipal;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

@DisabledOnOs(OS.WINDOWS)
class HomeTest {
  @TempDir Path temp;

  @Test
  void keepsFilesForOwnerOnly() throws IOException {
    Path mine = temp.resolve("kept");
    Path madeByOthers = Files.createDirectory(temp.resolve("open"));
    Files.setPosixFilePermissions(madeByOthers, PosixFilePermissions.fromString("rwxr-xr-x"));
    for (Path folder : new Path[] {mine, madeByOthers}) {
      try (Home home = Home.open(Optional.of(folder))) {
        home.write("api_key", new byte[] {1});
        assertThat(permissions(folder.resolve("api_key"))).isEqualTo("rw-------");
        assertThat(permissions(home.store())).isEqualTo("rwx------");
        assertThat(permissions(home.workers())).isEqualTo("rwx------");
      }
    }
    assertThat(permissions(mine)).isEqualTo("rwx------");
  }

  @Test
  void opensFolderOnceFixed() throws IOException {
    Path folder = Files.createDirectory(temp.resolve("kept"));
    Path inTheWay = Files.writeString(folder.resolve("store"), "a file");
    assertThatThrownBy(() -> Home.open(Optional.of(folder)))
        .isInstanceOf(LocalEngineException.class)
        .hasMessageContaining("cannot use the engine's folder");
    Files.delete(inTheWay);
    Home.open(Optional.of(folder)).close();
  }

  @Test
  void readsTruncatedProcessList() throws IOException {
    Path folder = Files.createDirectory(temp.resolve("kept"));
    Path list = Files.writeString(folder.resolve("workers.pids"), "12 \n99999999999999999999 1\n7");
    Home.open(Optional.of(folder)).close();
    assertThat(list).doesNotExist();
  }

  private static String permissions(Path path) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
  }

  /** Tries to lock a file like an engine in another process. */
  public static final class OtherProcess {
    private OtherProcess() {}

    /** Exits with 0 when it locked the file. */
    public static void main(String[] arguments) throws IOException {
      try (FileChannel file = FileChannel.open(Path.of(arguments[0]), StandardOpenOption.WRITE)) {
        System.exit(file.tryLock() == null ? 7 : 0);
      }
    }
  }

  @Test
  void keepsLocksOfRunningEngines() throws Exception {
    Path folder = temp.resolve("vast4j-local-running");
    try (Home home = Home.open(Optional.of(folder))) {
      Home.removeLeftovers(temp, Files.getOwner(folder));
      assertThat(home.workers()).isDirectory();
      Process other =
          new ProcessBuilder(
                  Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                  "-cp",
                  System.getProperty("java.class.path"),
                  OtherProcess.class.getName(),
                  folder.resolve("lock").toString())
              .inheritIO()
              .start();
      assertThat(other.waitFor()).isEqualTo(7);
    }
  }

  @Test
  void removesOnlyOwnersLeftovers() throws IOException {
    Path left = Files.createDirectory(temp.resolve("vast4j-local-1"));
    Files.createFile(left.resolve("lock"));
    Path target = Files.createDirectory(temp.resolve("target"));
    Files.createFile(target.resolve("lock"));
    Files.createSymbolicLink(temp.resolve("vast4j-local-2"), target);

    UserPrincipal nobodyHere = () -> "nobody here";
    Home.removeLeftovers(temp, nobodyHere);
    assertThat(left).exists();

    Home.removeLeftovers(temp, Files.getOwner(left));
    assertThat(left).doesNotExist();
    assertThat(target.resolve("lock")).as("behind a link").exists();
  }
}
