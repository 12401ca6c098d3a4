package dev.vast4j.internal.bundle;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What patterns match, by example; {@link IgnoreFileProperties} asks git. */
class IgnoreFileTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        // pattern | what it ignores
        "a          | a x/a x/y/a",
        "/a         | a",
        "x/a        | x/a",
        "x/         | x/",
        "a/         | ''",
        "x/*        | x/a x/y x/y/",
        "x/**       | x/a x/y x/y/ x/y/a",
        "**/a       | a x/a x/y/a",
        "x/**/a     | x/a x/y/a",
        "**         | a x/a x/y x/y/ x/y/a x x/ b.txt é",
        "*.txt      | b.txt",
        "?.txt      | b.txt",
        "x/?        | x/a x/y x/y/",
        "x?a        | ''",
        "[a-b]*     | a x/a x/y/a b.txt",
        "[!a-b]*    | x x/ x/y x/y/ é",
        "[[:alpha:]].* | b.txt",
        // A letter of two bytes is two to git.
        "??         | é",
        "[é-]?      | é",
        "[a         | ''",
        "a\\        | ''",
        "\\a        | a x/a x/y/a",
      })
  void matchesOnePattern(String pattern, String ignored) {
    IgnoreFile file = IgnoreFile.parse(pattern.getBytes(UTF_8));
    List<String> found = new ArrayList<>();
    for (String path : List.of("a", "x/a", "x/y", "x/y/", "x/y/a", "x", "x/", "b.txt", "é")) {
      boolean folder = path.endsWith("/");
      String name = folder ? path.substring(0, path.length() - 1) : path;
      if (Boolean.TRUE.equals(file.isIgnored(name, folder))) {
        found.add(path);
      }
    }
    assertThat(found)
        .containsExactlyInAnyOrderElementsOf(
            ignored.isEmpty() ? List.of() : List.of(ignored.split(" ")));
  }

  @Test
  void readsLinesAsGitDoes() {
    IgnoreFile file =
        IgnoreFile.parse(
            "\ufeff*.a\r\n\n# no *.b\n\\#c\n\\!d\ne  \nf\\ \ng \\  \n!keep.a\nlast"
                .getBytes(UTF_8));
    assertThat(file.isIgnored("x.a", false)).isTrue();
    assertThat(file.isIgnored("keep.a", false)).isFalse();
    assertThat(file.isIgnored("x.b", false)).isNull();
    assertThat(file.isIgnored("#c", false)).isTrue();
    assertThat(file.isIgnored("!d", false)).isTrue();
    assertThat(file.isIgnored("e", false)).isTrue();
    assertThat(file.isIgnored("f ", false)).isTrue();
    assertThat(file.isIgnored("g  ", false)).isTrue();
    assertThat(file.isIgnored("last", false)).isTrue();
  }

  @Test
  @Timeout(10)
  void matchesHostilePatternsFast() {
    String hostile = "x/" + "**/".repeat(2_000) + "*a*b".repeat(200) + "*c";
    IgnoreFile file = IgnoreFile.parse(hostile.getBytes(UTF_8));
    assertThat(file.isIgnored("x/" + "ab/".repeat(60) + "ab".repeat(100), false)).isNull();
  }
}
