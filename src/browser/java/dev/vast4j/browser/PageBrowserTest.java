package dev.vast4j.browser;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.vast4j.Autoscaling;
import dev.vast4j.Deployment;
import dev.vast4j.Image;
import dev.vast4j.local.LocalOptions;
import dev.vast4j.local.LocalVast;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.Timeout;

/** The embedded engine's page in use; leaves screenshots in target/page. */
@Timeout(180)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class PageBrowserTest {
  private static final Duration SOON = Duration.ofSeconds(5);
  private static final Path PICTURES = Path.of("target", "page");

  /** Roles of controls, which need an accessible name. */
  private static final Set<String> CONTROLS =
      Set.of("button", "link", "textbox", "checkbox", "combobox", "region", "dialog", "table");

  /** Finds text with less contrast than WCAG AA requires. */
  private static final String FAINT =
      """
      (() => {
        const luminance = ([r, g, b]) => [r, g, b]
            .map(c => c / 255)
            .map(c => c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4)
            .reduce((sum, c, i) => sum + c * [0.2126, 0.7152, 0.0722][i], 0);
        const color = text => text.match(/[\\d.]+/g).map(Number);
        const behind = node => {
          for (let at = node; at; at = at.parentElement) {
            const back = color(getComputedStyle(at).backgroundColor);
            if (back.length === 3 || back[3] === 1) return back;
          }
          return [255, 255, 255];
        };
        const faint = [];
        const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
        while (texts.nextNode()) {
          const node = texts.currentNode.parentElement;
          if (!texts.currentNode.data.trim() || !node.checkVisibility()) continue;
          const two = [luminance(color(getComputedStyle(node).color)), luminance(behind(node))];
          const contrast = (Math.max(...two) + 0.05) / (Math.min(...two) + 0.05);
          if (contrast < 4.5) faint.push(`${node.className} ${node.textContent}: ${contrast}`);
        }
        return faint;
      })()
      """;

  private static LocalVast engine;
  private static Chromium browser;
  private static Deployment app;

  @BeforeAll
  @Timeout(120)
  static void open() throws Exception {
    engine = LocalVast.start(LocalOptions.defaults().maxWorkers(2));
    browser = Chromium.start();
    browser.screen(1280, 900, false, "light");
    browser.open(engine.url());
    browser.await("document.querySelector('#connection').innerText.startsWith('live')", SOON);
  }

  @AfterAll
  @Timeout(60)
  static void close() throws Exception {
    if (app != null) {
      app.close();
    }
    engine.close();
    if (browser != null) {
      List<ProcessHandle> processes = browser.processes();
      browser.close();
      assertThat(processes).isNotEmpty().noneMatch(ProcessHandle::isAlive);
      assertThat(browser.processes()).isEmpty();
      assertThat(browser.profile()).doesNotExist();
    }
  }

  @Test
  @Order(1)
  void showsDeployment() throws Exception {
    assertThat(text("#empty")).contains("Nothing is deployed");
    picture("empty");
    app =
        Deployment.builder("page")
            .vast(engine.client())
            .versionLabel("first light")
            .remote(Work.class)
            .image(Image.of("vastai/base-image:@vastai-automatic-tag", 16))
            .autoscaling(Autoscaling.defaults().minLoad(1).maxWorkers(2))
            .build();
    app.ensureReady();
    browser.await("document.querySelector('.endpoint h2').innerText === 'page'", SOON);
    assertThat(visible("#empty")).isFalse();

    app.awaitWorkers(1, Duration.ofMinutes(1));
    browser.await("document.querySelector('.workers .badge').innerText === 'idle'", SOON);
    assertThat(text(".ready")).isEqualTo("1 of 1");
    assertThat(text(".versions")).contains("first light", "current", "healthy");
    assertThat(text(".facts")).contains("version ", "vastai/base-image");
    assertThat(text(".decision")).contains("wanted: 1 serving of 1 worker");
    assertThat(text(".decisions")).contains("create 1");
    assertThat(text(".events")).contains("deployment created", "is ready after");
  }

  @Test
  @Order(2)
  void showsCallAndItsOutcome() {
    Work work = app.remote(Work.class);
    assertThat(work.work(1).join()).isOne();
    long before = requests();

    long called = System.currentTimeMillis();
    CompletableFuture<Integer> answer = work.work(2_500);
    browser.await("document.querySelectorAll('.requests li').length > " + before, SOON);
    assertThat(System.currentTimeMillis() - called).isLessThan(1_000);

    browser.await("document.querySelector('.requests li.running .busy')", SOON);
    assertThat(answer.join()).isEqualTo(2_500);
    browser.await("!document.querySelector('.requests li.running')", SOON);
    assertThat(text(".requests li .num")).isEqualTo("2.5 s");
  }

  @Test
  @Order(3)
  void opensWorkerLogByMouseAndKeyboard() throws Exception {
    browser.click(".workers button");
    assertLogShows("working for 2500 ms");
    picture("log");
    browser.click("#log-close");
    browser.await("!document.querySelector('#log').open", SOON);

    tabTo("Log of worker");
    assertThat(browser.evaluate(focusOutline()).asDouble()).isGreaterThanOrEqualTo(2);
    browser.press("Enter");
    assertLogShows("working for 2500 ms");
    browser.press("Escape");
    browser.await("!document.querySelector('#log').open", SOON);
    // Focus returns to the button.
    assertThat(browser.evaluate("document.activeElement.innerText").asText()).isEqualTo("Log");
  }

  @Test
  @Order(4)
  void showsWhyWorkerFails() throws Exception {
    Deployment broken =
        Deployment.builder("broken")
            .vast(engine.client())
            .remote(Work.class)
            .context(Absent.class)
            .image(Image.of("ubuntu:24.04", 16))
            .build();
    try (broken) {
      broken.ensureReady();
      browser.await(
          "[...document.querySelectorAll('.failures')]"
              + ".some(list => list.innerText.includes('the weights are not there'))",
          Duration.ofSeconds(20));
      picture("failure");
      broken.delete();
    }
  }

  @Test
  @Order(5)
  void fitsScreensInBothColorSchemes() throws Exception {
    Work work = app.remote(Work.class);
    List<CompletableFuture<Integer>> burst =
        List.of(40, 700, 90, 300, 15, 1_200, 4_000).stream().map(work::work).toList();
    browser.await("document.querySelectorAll('.requests li').length >= 9", SOON);
    browser.await("document.querySelectorAll('.requests li.running').length <= 3", SOON);
    for (String scheme : List.of("light", "dark")) {
      browser.screen(1280, 900, false, scheme);
      assertFits(1280, scheme);
      picture("desktop-" + scheme);
      browser.screen(360, 800, true, scheme);
      assertFits(360, scheme);
      assertThat(text(".workers .about")).contains("score ");
      picture("phone-" + scheme);
      browser.click(".workers button");
      assertLogShows("working for");
      assertFits(360, scheme);
      picture("phone-log-" + scheme);
      browser.press("Escape");
      browser.await("!document.querySelector('#log').open", SOON);
    }
    browser.screen(1280, 900, false, "light");
    burst.forEach(CompletableFuture::join);
  }

  @Test
  @Order(6)
  void hasAccessibleNames() {
    List<JsonNode> nodes = browser.accessibilityTree();
    assertThat(nodes).extracting(PageBrowserTest::role).contains("banner", "main", "status");
    List<JsonNode> controls = nodes.stream().filter(node -> CONTROLS.contains(role(node))).toList();
    assertThat(controls).hasSizeGreaterThan(1);
    assertThat(controls)
        .filteredOn(node -> !role(node).equals("table"))
        .allSatisfy(node -> assertThat(name(node)).isNotBlank());
    assertThat(nodes)
        .filteredOn(node -> role(node).equals("article"))
        .allSatisfy(node -> assertThat(name(node)).isNotBlank());
  }

  @Test
  @Order(7)
  void removesDeletedDeployment() {
    app.delete();
    browser.await("!document.querySelector('.endpoint')", SOON);
    assertThat(visible("#empty")).isTrue();
  }

  @Test
  @Order(8)
  void loadsNothingFromElsewhere() {
    assertThat(browser.problems()).isEmpty();
    assertThat(browser.requests())
        .isNotEmpty()
        .allSatisfy(url -> assertThat(url.getAuthority()).isEqualTo(engine.url().getAuthority()));
  }

  private static void assertLogShows(String line) {
    browser.await(
        "document.querySelector('#log').open"
            + " && document.querySelector('#log-lines').innerText.includes('"
            + line
            + "')",
        SOON);
  }

  private static void assertFits(int width, String scheme) {
    assertThat(browser.evaluate("document.documentElement.scrollWidth").asInt())
        .isLessThanOrEqualTo(width);
    assertThat(
            browser.evaluate(
                "[...document.querySelectorAll('main div, main li, main table, dialog')].filter(box"
                    + " => box.parentElement.scrollWidth > box.parentElement.clientWidth).map(box"
                    + " => box.outerHTML)"))
        .as("boxes that are wider than what holds them, %s pixels", width)
        .isEmpty();
    assertThat(
            browser
                .evaluate("matchMedia('(prefers-color-scheme: " + scheme + ")').matches")
                .asBoolean())
        .isTrue();
    assertThat(browser.evaluate(FAINT)).as("text that is hard to read, %s", scheme).isEmpty();
  }

  private static void tabTo(String name) {
    browser.evaluate("document.activeElement.blur()");
    for (int i = 0; i < 20; i++) {
      browser.press("Tab");
      String label =
          browser.evaluate("document.activeElement.getAttribute('aria-label') || ''").asText();
      if (label.startsWith(name)) {
        return;
      }
    }
    throw new AssertionError("the keyboard does not get to " + name);
  }

  private static String focusOutline() {
    return "getComputedStyle(document.activeElement).outlineStyle === 'solid'"
        + " ? parseFloat(getComputedStyle(document.activeElement).outlineWidth) : 0";
  }

  private static long requests() {
    return browser.evaluate("document.querySelectorAll('.requests li').length").asLong();
  }

  private static String text(String selector) {
    return browser.evaluate("document.querySelector('" + selector + "').innerText").asText();
  }

  private static boolean visible(String selector) {
    return browser
        .evaluate("document.querySelector('" + selector + "').checkVisibility()")
        .asBoolean();
  }

  private static void picture(String name) throws Exception {
    boolean whole = !name.contains("log");
    browser.screenshot(PICTURES.resolve(name + ".png"), whole);
  }

  private static String role(JsonNode node) {
    return node.path("role").path("value").asText();
  }

  private static String name(JsonNode node) {
    return node.path("name").path("value").asText();
  }
}
