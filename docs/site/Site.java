import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.commonmark.ext.gfm.tables.TablesExtension;
import org.commonmark.node.AbstractVisitor;
import org.commonmark.node.Code;
import org.commonmark.node.FencedCodeBlock;
import org.commonmark.node.Heading;
import org.commonmark.node.HtmlBlock;
import org.commonmark.node.Image;
import org.commonmark.node.Link;
import org.commonmark.node.Node;
import org.commonmark.node.Text;
import org.commonmark.parser.Parser;
import org.commonmark.renderer.html.HtmlRenderer;

/**
 * Turns this project's pages into a site: {@code Site FOLDER}. A link to a page becomes one to its HTML, a link to any other file
 * one to the repository, and a picture is copied. Fails if a link between pages leads nowhere.
 */
public final class Site {
  private static final String REPOSITORY = "https://github.com/vast4j/vast4j/blob/main/";
  private static final Map<String, String> MENU =
      Map.of("guide", "docs/guide/README.md", "examples", "examples/README.md", "changes", "CHANGELOG.md");
  private static final Pattern LINK = Pattern.compile("(?:href|src|srcset)=\"([^\"]+)\"");

  private final Path site;
  private final List<Path> pages;
  private final Parser parser = Parser.builder().extensions(List.of(TablesExtension.create())).build();

  private Site(Path site, List<Path> pages) {
    this.site = site;
    this.pages = pages;
  }

  public static void main(String[] args) throws IOException {
    List<Path> pages = new ArrayList<>();
    try (Stream<Path> top = Files.list(Path.of("."))) {
      top.map(Path::normalize).forEach(pages::add);
    }
    for (String folder : List.of("docs", "examples", "bench", "src/starter")) {
      try (Stream<Path> all = Files.walk(Path.of(folder))) {
        all.filter(page -> !page.toString().contains("/target/")).forEach(pages::add);
      }
    }
    pages.removeIf(page -> !page.toString().endsWith(".md"));
    Site made = new Site(Path.of(args[0]), pages);
    Files.copy(Path.of("docs/site/site.css"), made.site.resolve("site.css"), StandardCopyOption.REPLACE_EXISTING);
    for (Path page : pages) {
      made.write(page);
    }
    made.check();
    System.out.println(pages.size() + " pages");
  }

  /** Where a page's HTML is. */
  private static Path html(Path page) {
    String name = page.getFileName().toString();
    return page.resolveSibling(name.equals("README.md") ? "index.html" : name.replaceFirst("md$", "html"));
  }

  private void write(Path page) throws IOException {
    Node document = parser.parse(Files.readString(page));
    List<Path> pictures = new ArrayList<>();
    String[] title = {null};
    document.accept(
        new AbstractVisitor() {
          @Override
          public void visit(Link link) {
            link.setDestination(target(page, link.getDestination()));
            visitChildren(link);
          }

          @Override
          public void visit(Image image) {
            if (!image.getDestination().contains(":")) {
              pictures.add(beside(page, image.getDestination()));
            }
          }

          @Override
          public void visit(HtmlBlock block) {
            Matcher links = LINK.matcher(block.getLiteral());
            while (links.find()) {
              if (!links.group(1).contains(":")) {
                pictures.add(beside(page, links.group(1)));
              }
            }
          }

          @Override
          public void visit(Heading heading) {
            title[0] = title[0] == null ? text(heading) : title[0];
            visitChildren(heading);
          }
        });
    Path file = site.resolve(html(page));
    Files.createDirectories(file.getParent());
    for (Path picture : pictures) {
      Files.createDirectories(site.resolve(picture).getParent());
      Files.copy(picture, site.resolve(picture), StandardCopyOption.REPLACE_EXISTING);
    }
    Files.writeString(file, frame(page, title[0], render(document)));
  }

  private String render(Node document) {
    Map<String, Integer> seen = new HashMap<>();
    String body =
        HtmlRenderer.builder()
            .extensions(List.of(TablesExtension.create()))
            .attributeProviderFactory(
                context ->
                    (node, tag, attributes) -> {
                      if (node instanceof Heading heading) {
                        int again = seen.merge(anchor(text(heading)), 1, Integer::sum) - 1;
                        attributes.put("id", anchor(text(heading)) + (again == 0 ? "" : "-" + again));
                      } else if (node instanceof FencedCodeBlock block && tag.equals("pre") && block.getInfo().equals("mermaid")) {
                        attributes.put("class", "mermaid");
                      }
                    })
            .build()
            .render(document);
    // mermaid reads the text of the element itself
    return body.replaceAll("(?s)(<pre class=\"mermaid\">)<code[^>]*>(.*?)</code></pre>", "$1$2</pre>")
        .replace("<table>", "<div class=\"table\"><table>")
        .replace("</table>", "</table></div>");
  }

  private String frame(Path page, String title, String body) {
    String up = "../".repeat(page.getNameCount() - 1);
    String menu =
        "<a href=\"%sindex.html\">vast4j</a>".formatted(up)
            + Stream.of("guide", "examples", "changes")
                .map(name -> "<a href=\"%s%s\">%s</a>".formatted(up, html(Path.of(MENU.get(name))), name))
                .reduce("", String::concat)
            + "<a href=\"%sapi/index.html\">Javadoc</a>".formatted(up);
    String diagrams =
        body.contains("class=\"mermaid\"") && Files.exists(site.resolve("mermaid.js"))
            ? """
              <script src="%smermaid.js"></script>
              <script>
              const dark = matchMedia("(prefers-color-scheme: dark)").matches;
              mermaid.initialize({startOnLoad: true, theme: dark ? "dark" : "neutral"});
              </script>
              """
                .formatted(up)
            : "";
    return """
        <!doctype html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <title>%s</title>
        <link rel="stylesheet" href="%ssite.css">
        </head>
        <body>
        <nav>%s</nav>
        <main>
        %s</main>
        %s</body>
        </html>
        """
        .formatted(title.equals("vast4j") ? title : title + " – vast4j", up, menu, body, diagrams);
  }

  private String target(Path page, String link) {
    if (link.matches("[a-z]+:.*") || link.startsWith("#")) {
      return link;
    }
    String[] parts = link.split("#", 2);
    Path to = beside(page, parts[0]);
    if (!pages.contains(to)) {
      return REPOSITORY + to;
    }
    Path from = html(page).getParent();
    Path relative = from == null ? html(to) : from.relativize(html(to));
    return relative + (parts.length == 1 ? "" : "#" + parts[1]);
  }

  private static Path beside(Path page, String link) {
    return page.resolveSibling(link).normalize();
  }

  private static String text(Node node) {
    StringBuilder text = new StringBuilder();
    node.accept(
        new AbstractVisitor() {
          @Override
          public void visit(Text part) {
            text.append(part.getLiteral());
          }

          @Override
          public void visit(Code part) {
            text.append(part.getLiteral());
          }
        });
    return text.toString();
  }

  /** As on GitHub, so that links work there and here. */
  private static String anchor(String heading) {
    return heading.toLowerCase(Locale.ROOT).replaceAll("[^\\p{L}\\p{N} _-]", "").strip().replace(' ', '-');
  }

  private void check() throws IOException {
    TreeSet<String> dead = new TreeSet<>();
    for (Path page : pages) {
      Path file = site.resolve(html(page));
      Matcher links = LINK.matcher(Files.readString(file));
      while (links.find()) {
        String[] parts = links.group(1).split("#", 2);
        if (parts[0].matches("[a-z]+:.*")) {
          continue;
        }
        Path to = parts[0].isEmpty() ? file : file.resolveSibling(parts[0]).normalize();
        if (!Files.exists(to) || (parts.length == 2 && !Files.readString(to).contains("id=\"" + parts[1] + "\""))) {
          dead.add(page + ": " + links.group(1));
        }
      }
    }
    if (!dead.isEmpty()) {
      throw new IOException("dead links:\n" + String.join("\n", dead));
    }
  }
}
