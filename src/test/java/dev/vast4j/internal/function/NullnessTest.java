package dev.vast4j.internal.function;

import static org.assertj.core.api.Assertions.assertThat;

import dev.vast4j.Remote;
import java.util.List;
import java.util.Set;
import kotlin.Metadata;
import org.jspecify.annotations.NonNull;
import org.jspecify.annotations.NullMarked;
import org.jspecify.annotations.NullUnmarked;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Which parameters are null in calls of clients that lack them. */
public class NullnessTest {
  @NullUnmarked // the package is marked
  public interface Unmarked {
    @Remote
    void plain(String a, int b, Integer c, List<String> d, @Nullable String e);

    @Remote
    void annotated(@NonNull String a, List<@NonNull String> b);

    @Remote
    @NullMarked
    void marked(String a, @Nullable String b);
  }

  @NullMarked
  public interface Marked {
    @Remote
    void plain(String a, @Nullable String b);

    @Remote
    @NullUnmarked
    void annotated(String a);

    /** Within marked code. */
    interface Nested {
      @Remote
      void plain(String a);
    }
  }

  @NullUnmarked
  public interface Around {
    @Metadata
    interface FromKotlin {
      @Remote
      void plain(String a);
    }
  }

  public interface InMarkedPackage {
    @Remote
    void plain(String a);
  }

  private static Set<String> nulls(Class<?> type, String function) {
    return RemoteInterface.read(type, null).functions().stream()
        .filter(found -> found.name().equals(function))
        .findFirst()
        .orElseThrow()
        .nullForOlderClients();
  }

  @Test
  void referencesOfUnmarkedCode() {
    assertThat(nulls(Unmarked.class, "plain")).containsExactlyInAnyOrder("a", "c", "d", "e");
    assertThat(nulls(Unmarked.class, "annotated")).containsExactly("b");
  }

  @Test
  void nothingButNullableOnesOfMarkedCode() {
    assertThat(nulls(Unmarked.class, "marked")).containsExactly("b");
    assertThat(nulls(Marked.class, "plain")).containsExactly("b");
    assertThat(nulls(Marked.class, "annotated")).containsExactly("a");
    assertThat(nulls(Marked.Nested.class, "plain")).isEmpty();
    assertThat(nulls(Around.FromKotlin.class, "plain")).isEmpty();
    assertThat(nulls(InMarkedPackage.class, "plain")).isEmpty();
  }
}
