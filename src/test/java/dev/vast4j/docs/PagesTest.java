package dev.vast4j.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.text.ParseException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.lucene.analysis.hunspell.Dictionary;
import org.apache.lucene.analysis.hunspell.Hunspell;
import org.apache.lucene.store.ByteBuffersDirectory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Checks links, code fences and spelling of every page. */
class PagesTest {
  private static final String DICTIONARY =
      "/META-INF/resources/webjars/typo-js/1.2.5/dictionaries/en_US/en_US.";
  private static final Path OWN_WORDS = Path.of("src/test/resources/words.txt");

  private static final Pattern FENCE = Pattern.compile("(?ms)^( *)```(\\S*)[^\\n]*\\n.*?^ *```$");
  private static final Pattern LINK = Pattern.compile("!?\\[[^]]*]\\(([^)\\s]+)\\)");
  private static final Pattern HEADING = Pattern.compile("(?m)^#+ (.*)$");
  private static final Pattern WORD = Pattern.compile("[\\p{L}][\\p{L}'’]*");

  private static Hunspell speller;
  private static Set<String> own;
  private static final Map<Path, Set<String>> ANCHORS = new HashMap<>();

  static Stream<Path> pages() throws IOException {
    List<Path> pages = new ArrayList<>();
    try (Stream<Path> top = Files.list(Path.of(""))) {
      top.forEach(pages::add);
    }
    for (String folder : List.of("docs", "examples", "bench", "src/starter")) {
      if (Files.isDirectory(Path.of(folder))) {
        try (Stream<Path> all = Files.walk(Path.of(folder))) {
          all.filter(page -> !page.toString().contains("/target/")).forEach(pages::add);
        }
      }
    }
    return pages.stream().filter(page -> page.toString().endsWith(".md")).sorted();
  }

  @ParameterizedTest
  @MethodSource("pages")
  void linksResolve(Path page) throws IOException {
    List<String> dead = new ArrayList<>();
    Matcher links = LINK.matcher(FENCE.matcher(Files.readString(page)).replaceAll(""));
    while (links.find()) {
      String link = links.group(1);
      if (link.matches("(https?|mailto):.*")) {
        continue;
      }
      String[] parts = link.split("#", 2);
      Path target = parts[0].isEmpty() ? page : page.resolveSibling(parts[0]).normalize();
      if (!Files.exists(target) || (parts.length > 1 && !anchors(target).contains(parts[1]))) {
        dead.add(link);
      }
    }
    assertThat(dead).isEmpty();
  }

  @ParameterizedTest
  @MethodSource("pages")
  void fencesNameTheirLanguage(Path page) throws IOException {
    Matcher fences = FENCE.matcher(Files.readString(page));
    while (fences.find()) {
      assertThat(fences.group(2)).as(fences.group()).isNotEmpty();
    }
  }

  @ParameterizedTest
  @MethodSource("pages")
  void wordsAreSpelledRight(Path page) throws Exception {
    String prose = FENCE.matcher(Files.readString(page)).replaceAll("");
    prose = prose.replaceAll("(?s)<!--.*?-->", "").replaceAll("`[^`]*`", "");
    prose = prose.replaceAll("]\\([^)]*\\)", "]").replaceAll("https?://\\S+|<[^>\\n]+>", "");
    // names with a dot, a digit or a capital inside are code
    prose = prose.replaceAll("\\S*[\\p{L}][.\\d_/@][\\p{L}]\\S*|\\S*\\d\\S*", "");
    Set<String> wrong = new TreeSet<>();
    Matcher words = WORD.matcher(prose);
    while (words.find()) {
      String word = words.group().replace('’', '\'').replaceAll("'s?$", "");
      if (word.length() > 1
          && !word.matches(".+\\p{Lu}.*")
          && !own().contains(word.toLowerCase(Locale.ROOT))
          && !speller().spell(word)) {
        wrong.add(word);
      }
    }
    assertThat(wrong).as("misspelled, or missing in %s", OWN_WORDS).isEmpty();
  }

  @Test
  void javadocShowsReadmesProgram() throws IOException {
    String overview = Files.readString(Path.of("src/main/javadoc/overview.html"));
    String shown = overview.replaceFirst("(?s).*<pre>\\{@code\\n(.*)\\n}</pre>.*", "$1");
    assertThat(Files.readString(Path.of("README.md"))).contains("```java\n" + shown + "\n```");
  }

  static Stream<Path> guide() throws IOException {
    return pages().filter(page -> page.startsWith("docs/guide") && !page.endsWith("README.md"));
  }

  @ParameterizedTest
  @MethodSource("guide")
  void guidePagesLeadOn(Path page) throws IOException {
    assertThat(Files.readString(page).stripTrailing().lines().reduce("", (first, last) -> last))
        .startsWith("Next: [");
    assertThat(Files.readString(Path.of("docs/guide/README.md")))
        .contains("](" + page.getFileName() + ")");
  }

  private static synchronized Set<String> own() throws IOException {
    if (own == null) {
      own = new HashSet<>(Files.readAllLines(OWN_WORDS));
    }
    return own;
  }

  private static synchronized Hunspell speller() throws IOException, ParseException {
    if (speller == null) {
      try (InputStream affixes = PagesTest.class.getResourceAsStream(DICTIONARY + "aff");
          InputStream words = PagesTest.class.getResourceAsStream(DICTIONARY + "dic")) {
        speller =
            new Hunspell(new Dictionary(new ByteBuffersDirectory(), "spelling", affixes, words));
      }
    }
    return speller;
  }

  /** The anchors that GitHub gives to a page's headings. */
  private static synchronized Set<String> anchors(Path page) throws IOException {
    Set<String> known = ANCHORS.get(page);
    if (known == null) {
      known =
          HEADING
              .matcher(FENCE.matcher(Files.readString(page)).replaceAll(""))
              .results()
              .map(
                  heading ->
                      heading
                          .group(1)
                          .replaceAll("\\[([^]]*)]\\([^)]*\\)", "$1")
                          .toLowerCase(Locale.ROOT)
                          .replaceAll("[^\\p{L}\\p{N} _-]", "")
                          .strip()
                          .replace(' ', '-'))
              .collect(Collectors.toSet());
      ANCHORS.put(page, known);
    }
    return known;
  }
}
