package dev.vast4j.internal.bundle;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

@DisabledOnOs(OS.WINDOWS)
class LoadedFromTest {
  @TempDir Path temp;

  @Test
  void findsTheFileOfEveryFormOfUrl() {
    assertThat(LoadedFrom.pathOf("file:/srv/a.jar")).isEqualTo(Path.of("/srv/a.jar"));
    assertThat(LoadedFrom.pathOf("file:/srv/classes/")).isEqualTo(Path.of("/srv/classes"));
    assertThat(LoadedFrom.pathOf("file:/srv/a%20b.jar")).isEqualTo(Path.of("/srv/a b.jar"));
    assertThat(LoadedFrom.pathOf("file:/srv/a b.jar"))
        .as("not escaped")
        .isEqualTo(Path.of("/srv/a b.jar"));
    assertThat(LoadedFrom.pathOf("jar:file:/srv/a.jar!/BOOT-INF/lib/b.jar!/"))
        .isEqualTo(Path.of("/srv/a.jar"));
    assertThat(LoadedFrom.pathOf("jar:file:/srv/a.jar")).isEqualTo(Path.of("/srv/a.jar"));
    assertThat(LoadedFrom.pathOf("jar:nested:/srv/a.jar/!BOOT-INF/classes/!/"))
        .isEqualTo(Path.of("/srv/a.jar"));
    assertThat(LoadedFrom.pathOf("nested:/srv/a.jar")).isEqualTo(Path.of("/srv/a.jar"));
    for (String other : new String[] {"jrt:/java.base", "https://host/a.jar", "", "jar:"}) {
      assertThat(LoadedFrom.pathOf(other)).as(other).isNull();
    }
  }

  @Test
  void putsParentsBeforeTheContextClassLoader() throws IOException {
    Path jar = Files.createFile(temp.resolve("added.jar"));
    URL[] urls = {
      jar.toUri().toURL(),
      temp.resolve("missing.jar").toUri().toURL(),
      new URL("https://example.com/remote.jar")
    };
    Thread thread = Thread.currentThread();
    ClassLoader before = thread.getContextClassLoader();
    List<Path> usual = LoadedFrom.classPath();
    assertThat(usual).isNotEmpty().allMatch(Files::exists).doesNotHaveDuplicates();
    try (URLClassLoader added = new URLClassLoader(urls, before);
        URLClassLoader alone = new URLClassLoader(urls, null)) {
      thread.setContextClassLoader(added);
      List<Path> more = LoadedFrom.classPath();
      assertThat(more).startsWith(usual.get(0)).endsWith(jar).hasSize(usual.size() + 1);

      thread.setContextClassLoader(alone);
      assertThat(LoadedFrom.classPath())
          .as("this library sees what the thread does not")
          .startsWith(jar)
          .containsAll(usual);

      thread.setContextClassLoader(null);
      assertThat(LoadedFrom.classPath()).isEqualTo(usual);
    } finally {
      thread.setContextClassLoader(before);
    }
  }

  @Test
  void findsNoFileForClassesOfTheJdk() {
    assertThat(LoadedFrom.origin(String.class)).isNull();
    assertThat(LoadedFrom.isOfJdk(String.class)).isTrue();
    assertThat(LoadedFrom.isOfJdk(java.sql.Connection.class)).isTrue();
    assertThat(LoadedFrom.isOfJdk(LoadedFrom.class)).isFalse();
    assertThat(LoadedFrom.origin(LoadedFrom.class)).exists();
  }
}
