package dev.vast4j.browser;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.vast4j.Autoscaling;
import dev.vast4j.CallOptions;
import dev.vast4j.Deployment;
import dev.vast4j.Image;
import dev.vast4j.local.BusyPage;
import dev.vast4j.local.LocalOptions;
import dev.vast4j.local.LocalVast;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The embedded engine's page in use; leaves screenshots in target/page. */
@Timeout(180)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class PageBrowserTest {
  private static final Duration SOON = Duration.ofSeconds(8);
  private static final Path PICTURES = Path.of("target", "page");
  private static final List<String> TABS =
      List.of("requests", "workers", "versions", "scaling", "logs");

  private static LocalVast engine;
  private static Chromium browser;
  private static Deployment app;
  private static String axe;

  @BeforeAll
  @Timeout(120)
  static void open() throws Exception {
    try (InputStream in = PageBrowserTest.class.getResourceAsStream("/axe.min.js")) {
      axe = new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
    engine = LocalVast.start(LocalOptions.defaults().maxWorkers(2));
    browser = Chromium.start();
    browser.screen(1280, 900, false, "light");
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
  void isLockedWithoutToken() throws Exception {
    browser.open(engine.url());
    browser.await("document.querySelector('#locked')", SOON);
    assertThat(text("#locked")).contains("vast4j open --port " + engine.url().getPort());
    assertAccessible("locked");
    picture("locked");
    browser.open(URI.create(engine.url() + "/?token=page-wrong"));
    browser.await("document.querySelector('#locked')", SOON);
    for (String path : List.of("/events", "/worker-log?id=1", "/worker-log.txt?id=1")) {
      assertThat(status(path, null)).as(path).isEqualTo(401);
      assertThat(status(path, "wrong")).as(path).isEqualTo(401);
    }
    assertThat(status("/worker-log?id=1", engine.apiKey())).isEqualTo(200);
    browser.forgetProblems(); // the browser logs each 401
  }

  @Test
  @Order(2)
  void turnsTokenIntoCookie() throws Exception {
    browser.open(engine.pageUrl());
    browser.await("document.querySelector('#connection').innerText.startsWith('live')", SOON);
    assertThat(browser.evaluate("location.href").asText()).isEqualTo(engine.url() + "/");
    assertThat(browser.evaluate("document.cookie").asText()).isEmpty();
    JsonNode cookies = browser.command("Network.getCookies").path("cookies");
    assertThat(cookies).hasSize(1);
    assertThat(cookies.path(0).path("name").asText()).isEqualTo("vast4j-" + engine.url().getPort());
    assertThat(cookies.path(0).path("httpOnly").asBoolean()).isTrue();
    assertThat(cookies.path(0).path("sameSite").asText()).isEqualTo("Strict");
    assertThat(text("#empty")).contains("Nothing is deployed");
    assertAccessible("empty");
    picture("empty");
  }

  @Test
  @Order(3)
  void showsDeploymentInOverview() throws Exception {
    app =
        Deployment.builder("page")
            .vast(engine.client())
            .versionLabel("first light")
            .remote(Work.class)
            .image(Image.of("vastai/base-image:@vastai-automatic-tag", 16))
            .autoscaling(Autoscaling.defaults().minLoad(1).maxWorkers(2))
            .build();
    app.ensureReady();
    browser.await(row("page") + ".includes('page')", SOON);
    app.awaitWorkers(1, Duration.ofMinutes(1));
    browser.await(row("page") + ".includes('ready')", SOON);
    assertThat(browser.evaluate(row("page")).asText()).contains("first light", "1 ready");
    assertAccessible("overview");

    browser.click("tbody a");
    browser.await("location.hash === '#/deployments/page'", SOON);
    browser.await("document.querySelector('.figures dd')?.innerText === '1 of 1'", SOON);
    assertThat(text(".facts-line")).contains("version ", "vastai/base-image");
  }

  @Test
  @Order(4)
  void showsTrueStates() {
    go("#/deployments/page");
    Work work = app.remote(Work.class);
    assertThat(work.work(1).join()).isOne();
    awaitCall("work", "succeeded");

    CompletableFuture<Integer> running = work.work(4_000);
    awaitCall("work", "running");
    assertThat(running.join()).isEqualTo(4_000);
    browser.await("!document.querySelector('.requests tr.running')", SOON);

    assertThat(work.divide(1, 0)).failsWithin(SOON);
    awaitCall("divide", "failed: ArithmeticException");

    CompletableFuture<String> first = work.alone("first");
    awaitCall("alone", "running");
    CompletableFuture<String> second = work.alone("second");
    awaitCall("alone", "queued on worker");
    second.cancel(true);
    awaitCall("alone", "cancelled");
    first.cancel(true);
    browser.await("!document.querySelector('.requests tr.running')", SOON);

    Work hasty = app.remote(Work.class, CallOptions.defaults().timeout(Duration.ofSeconds(1)));
    assertThat(hasty.work(30_000)).failsWithin(SOON);
    awaitCall("work", "timed out");

    Work once = app.remote(Work.class, CallOptions.defaults().idempotent(false));
    assertThat(once.die()).failsWithin(SOON);
    awaitCall("die", "lost: worker died");
    // It boots again after a pause, longer after each failure.
    browser.await(
        "document.querySelector('.figures dd')?.innerText === '1 of 1'", Duration.ofSeconds(28));
    browser.await("!document.querySelector('.requests tr.running')", SOON);
  }

  @Test
  @Order(5)
  void showsShortCallsAsFinishedWithinOneSecond() throws Exception {
    Work work = app.remote(Work.class);
    go("#/deployments/page/requests?function=work&state=succeeded");
    List<CompletableFuture<Integer>> calls = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      calls.add(work.work(3));
      TimeUnit.MILLISECONDS.sleep(50);
    }
    calls.forEach(CompletableFuture::join);
    browser.await(
        "document.querySelectorAll('.requests tbody tr').length >= 22", Duration.ofSeconds(1));
    go("#/deployments/page/requests?state=active");
    browser.await("document.querySelectorAll('.requests tbody tr').length === 0", SOON);
  }

  @Test
  @Order(6)
  void opensCall() throws Exception {
    go("#/deployments/page/requests?state=failed");
    browser.await("document.querySelectorAll('.requests tbody tr').length === 1", SOON);
    assertThat(text(".requests tbody tr")).contains("ArithmeticException");
    tabTo("#");
    browser.press("Enter");
    browser.await("document.querySelector('dialog pre')?.innerText.includes('Work.java')", SOON);
    assertThat(text("dialog pre")).contains("java.lang.ArithmeticException: / by zero");
    assertThat(text("dialog .facts")).contains("divide", "bytes");
    assertThat(text("dialog .waterfall")).contains("Attempt 1 on worker", "failed", "ran ");
    assertThat(text("dialog .commands")).contains("vast4j call page divide");
    assertAccessible("call");
    picture("call");
    browser.press("Escape");
    browser.await("!document.querySelector('dialog').open", SOON);
    assertThat(browser.evaluate("document.activeElement.innerText").asText()).startsWith("#");

    go("#/deployments/page/requests?text=die");
    // Its last attempt may have been waiting for a worker.
    awaitCall("die", "");
    browser.await("document.querySelectorAll('.requests tbody tr').length === 1", SOON);
    browser.click(".requests tbody a");
    browser.await("document.querySelector('dialog .waterfall')?.innerText.includes('lost')", SOON);
    picture("call-lost");
    browser.click("dialog .links a");
    browser.await("document.querySelector('.log .l.here')", SOON);
  }

  @Test
  @Order(7)
  void showsLogs() throws Exception {
    Work work = app.remote(Work.class);
    go("#/deployments/page/logs");
    work.work(33).join();
    browser.await("document.querySelector('.log').innerText.includes('working for 33 ms')", SOON);
    assertThat(
            browser
                .evaluate(
                    "[...document.querySelectorAll('.l')].every(l =>"
                        + " /^\\d\\d:\\d\\d:\\d\\d\\.\\d{3}$/.test(l.firstChild.innerText))")
                .asBoolean())
        .isTrue();
    browser.evaluate(
        "getSelection().selectAllChildren([...document.querySelectorAll('.l')]"
            + ".find(l => l.innerText.includes('working for 33 ms')).lastChild)");
    work.work(44).join();
    browser.await("document.querySelector('.log').innerText.includes('working for 44 ms')", SOON);
    assertThat(browser.evaluate("String(getSelection())").asText()).isEqualTo("working for 33 ms");
    browser.evaluate("getSelection().removeAllRanges()");
    browser.evaluate("document.querySelector('.logs input[type=search]').focus()");
    browser.type("for 44");
    browser.await("document.querySelector('.logs .soft').innerText.startsWith('1 of ')", SOON);
    assertAccessible("logs");
    picture("logs");
    String link =
        browser
            .evaluate("document.querySelector('.l:not([hidden]) a').getAttribute('href')")
            .asText();
    go(link);
    browser.await(
        "document.querySelector('.log .here')?.innerText.includes('working for 44 ms')", SOON);
    String file =
        browser.evaluate("document.querySelector('.logs a.button').getAttribute('href')").asText();
    assertThat(get("/" + file, engine.apiKey()).body())
        .containsPattern("\\d{4}-\\d\\d-\\d\\dT[0-9:.]+Z worker \\d+: working for 44 ms");
  }

  @Test
  @Order(8)
  void showsWhyWorkersFailAndCallsWait() throws Exception {
    Deployment broken =
        Deployment.builder("broken")
            .vast(engine.client())
            .remote(Work.class)
            .context(Absent.class)
            .image(Image.of("ubuntu:24.04", 16))
            .build();
    try (broken) {
      broken.ensureReady();
      go("#/");
      browser.await(row("broken") + ".includes('failing')", Duration.ofSeconds(20));
      assertThat(browser.evaluate(row("broken")).asText()).contains("the weights are not there");
      assertThat(text(".overview tbody tr")).as("those in trouble first").contains("broken");
      Work work = broken.remote(Work.class, CallOptions.defaults().timeout(Duration.ofSeconds(5)));
      CompletableFuture<Integer> waits = work.work(1);
      go("#/deployments/broken");
      browser.await("document.querySelector('.requests .badge')?.innerText === 'queued'", SOON);
      picture("failing");
      assertThat(waits).failsWithin(Duration.ofSeconds(20));
      browser.await("document.querySelector('.requests .badge')?.innerText === 'timed out'", SOON);
      go("#/deployments/broken/workers");
      browser.await(
          "document.querySelector('.failures')?.innerText.includes('the weights are not there')",
          SOON);
      picture("failing-workers");

      go("#/");
      browser.evaluate("document.querySelector('main input').focus()");
      browser.type("brok");
      browser.await("document.querySelectorAll('.overview tbody tr').length === 1", SOON);
      broken.delete();
      browser.evaluate("document.querySelector('main input').select()");
      browser.type("page");
      browser.await(row("page") + ".includes('page')", SOON);
    }
  }

  @Test
  @Order(9)
  void fitsScreensInBothColorSchemes() throws Exception {
    Work work = app.remote(Work.class);
    List<CompletableFuture<Integer>> burst =
        List.of(40, 700, 90, 300, 15, 1_200, 4_000).stream().map(work::work).toList();
    assertThat(work.divide(1, 0)).failsWithin(SOON);
    go("#/deployments/page/requests");
    browser.await("document.querySelectorAll('.requests tbody tr').length >= 9", SOON);
    for (String scheme : List.of("light", "dark")) {
      for (int width : new int[] {1280, 360}) {
        boolean phone = width < 600;
        String screen = (phone ? "phone-" : "desktop-") + scheme;
        browser.screen(width, phone ? 800 : 900, phone, scheme);
        go("#/");
        browser.await("document.querySelector('.overview tbody tr')", SOON);
        assertFits(width, scheme);
        assertAccessible("overview " + screen);
        picture("overview-" + screen);
        for (String tab : TABS) {
          go("#/deployments/page/" + tab);
          browser.await(
              "document.querySelector('.tabs [aria-current]')?.innerText.toLowerCase()"
                  + " === '"
                  + tab
                  + "'",
              SOON);
          browser.await("document.querySelector('.figures dd')", SOON);
          TimeUnit.MILLISECONDS.sleep(300);
          assertFits(width, scheme);
          assertAccessible(tab + " " + screen);
          picture(tab + "-" + screen);
        }
      }
    }
    browser.screen(1280, 900, false, "light");
    burst.forEach(CompletableFuture::join);
  }

  @Test
  @Order(10)
  void keyboardReachesEverything() throws Exception {
    for (String tab : TABS) {
      go("#/deployments/page/" + tab);
      browser.await("document.querySelector('.figures dd')", SOON);
      TimeUnit.MILLISECONDS.sleep(300);
      browser.evaluate(
          "window.unreached = new Set([...document.querySelectorAll("
              + "'a[href], button, input, select, [tabindex=\"0\"]')].filter(e =>"
              + " e.checkVisibility() && e.tabIndex >= 0)); scrollTo(0, 0);"
              + " document.activeElement.blur(); 0");
      for (int i = 0; i < 200; i++) {
        browser.press("Tab");
        browser.evaluate("window.unreached.delete(document.activeElement); 0");
      }
      assertThat(
              browser.evaluate(
                  "[...window.unreached].filter(e => e.isConnected).map(e => e.outerHTML)"))
          .as(tab)
          .isEmpty();
    }
    browser.evaluate("document.querySelector('.plot').focus()");
    browser.press("ArrowLeft");
    assertThat(text(".readout")).contains("succeeded");
    go("#/deployments/page/logs");
    browser.await("document.querySelectorAll('.l').length > 2", SOON);
    browser.evaluate("document.querySelector('.log').focus()");
    browser.press("ArrowDown");
    browser.press("ArrowDown");
    assertThat(browser.evaluate("document.activeElement.className").asText()).isEqualTo("t");
  }

  @Test
  @Order(11)
  void saysThatDeploymentIsGone() {
    go("#/deployments/page");
    app.delete();
    browser.await("document.body.innerText.includes('no such deployment')", SOON);
    go("#/");
    browser.await("document.querySelector('#empty')?.checkVisibility()", SOON);
  }

  @Test
  @Order(12)
  void loadsNothingFromElsewhere() {
    assertThat(browser.problems()).isEmpty();
    assertThat(browser.requests())
        .isNotEmpty()
        .allSatisfy(url -> assertThat(url.getAuthority()).isEqualTo(engine.url().getAuthority()));
  }

  /** By default for 12 seconds; for three minutes with {@code -Dpage.seconds=180}. */
  @Test
  @Order(13)
  @Timeout(400)
  void staysSteadyUnderLoad(@TempDir Path folder) throws Exception {
    long seconds = Long.getLong("page.seconds", 12);
    try (BusyPage busy = new BusyPage(folder, 34, 1_000)) {
      for (String hash :
          List.of("#/", "#/deployments/deployment-3", "#/deployments/deployment-3/logs")) {
        browser.open(URI.create(busy.url() + hash));
        browser.await("document.querySelector('tbody tr, .l')", SOON);
        TimeUnit.SECONDS.sleep(3);
        browser.evaluate(
            "window.shift = 0; new PerformanceObserver(list => list.getEntries().forEach(e => {"
                + " window.shift += e.value; window.moved = e.sources.map(s => s.node?.outerHTML"
                + " ?.slice(0, 200) + ' ' + s.previousRect.y + ' to ' + s.currentRect.y);"
                + " })).observe({type: 'layout-shift'}); window.moved = []; 0");
        long before = browser.heap();
        TimeUnit.SECONDS.sleep(seconds / 3);
        long after = browser.heap();
        double shift = browser.evaluate("window.shift").asDouble();
        System.out.printf("page: %s heap %,d to %,d, shift %.4f%n", hash, before, after, shift);
        assertThat(after).as(hash).isLessThan(before + (1 << 20));
        assertThat(shift)
            .as(() -> hash + " moved " + browser.evaluate("window.moved"))
            .isLessThan(0.1);
      }
      picture("busy-logs");
      browser.open(URI.create(busy.url() + "#/deployments/deployment-3"));
      browser.await("document.querySelector('tbody tr')", SOON);
      TimeUnit.SECONDS.sleep(7);
      picture("busy");
    }
  }

  @Test
  @Order(14)
  void staysQuickWith100Deployments(@TempDir Path folder) throws Exception {
    try (BusyPage busy = new BusyPage(folder, 100, 200)) {
      browser.open(busy.url());
      browser.await("document.querySelectorAll('tbody tr').length === 100", SOON);
      picture("hundred");
      assertThat(
              browser
                  .evaluate(
                      "new Promise(done => { const input = document.querySelector('main input');"
                          + " const start = performance.now(); input.value = 'deployment-7';"
                          + " input.dispatchEvent(new Event('input'));"
                          + " document.body.offsetHeight; done(performance.now() - start); })")
                  .asDouble())
          .isLessThan(500);
    }
  }

  @Test
  @Order(15)
  void standsStillWhileEngineIsAway(@TempDir Path folder) throws Exception {
    try (BusyPage busy = new BusyPage(folder, 1, 100)) {
      browser.open(URI.create(busy.url() + "#/deployments/deployment-0"));
      browser.await("document.querySelector('.requests tr.running')", SOON);
    }
    browser.await(
        "document.querySelector('#connection').innerText.includes('not responded since')", SOON);
    TimeUnit.MILLISECONDS.sleep(500); // the last drawing before
    String shown = text("main");
    picture("lost");
    TimeUnit.SECONDS.sleep(1);
    assertThat(text("main")).isEqualTo(shown);
  }

  private static void awaitCall(String function, String state) {
    browser.await(
        "[...document.querySelectorAll('.requests tbody tr')].some(row =>"
            + " row.children[1].innerText.includes('"
            + function
            + "') && row.children[2].innerText.startsWith('"
            + state
            + "'))",
        SOON);
  }

  private static void go(String hash) {
    browser.evaluate("location.hash = '" + hash.replaceFirst("^#", "") + "'; 0");
    browser.await("document.querySelector('#connection').innerText.startsWith('live')", SOON);
  }

  private static String row(String name) {
    return "([...document.querySelectorAll('.overview tbody tr')].find(row =>"
        + " row.firstChild.innerText === '"
        + name
        + "')?.innerText ?? '')";
  }

  private static void assertAccessible(String view) {
    if (!browser.evaluate("Boolean(window.axe)").asBoolean()) {
      browser.evaluate(axe + "; 0");
    }
    JsonNode violations =
        browser.evaluate(
            "axe.run(document, {resultTypes: ['violations']}).then(result =>"
                + " result.violations.map(v => v.id + ': ' + v.nodes.map(n => n.html"
                + " + ' ' + n.failureSummary).join(' | ')))");
    assertThat(violations).as(view).isEmpty();
  }

  private static void assertFits(int width, String scheme) {
    assertThat(browser.evaluate("document.documentElement.scrollWidth").asInt())
        .isLessThanOrEqualTo(width);
    assertThat(
            browser
                .evaluate("matchMedia('(prefers-color-scheme: " + scheme + ")').matches")
                .asBoolean())
        .isTrue();
  }

  private static void tabTo(String label) {
    browser.evaluate("document.activeElement.blur()");
    for (int i = 0; i < 60; i++) {
      browser.press("Tab");
      if (browser
          .evaluate(
              "document.querySelector('.panel').contains(document.activeElement)"
                  + " ? document.activeElement.innerText : ''")
          .asText()
          .startsWith(label)) {
        return;
      }
    }
    throw new AssertionError("the keyboard does not get to " + label);
  }

  private static String text(String selector) {
    return browser.evaluate("document.querySelector('" + selector + "').innerText").asText();
  }

  private static int status(String path, String key) throws Exception {
    return get(path, key).statusCode();
  }

  private static HttpResponse<String> get(String path, String key) throws Exception {
    HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(engine.url() + path));
    if (key != null) {
      request.header("Authorization", "Bearer " + key);
    }
    return HttpClient.newHttpClient().send(request.build(), HttpResponse.BodyHandlers.ofString());
  }

  private static void picture(String name) throws Exception {
    boolean whole = !name.startsWith("call");
    browser.screenshot(PICTURES.resolve(name + ".png"), whole);
  }
}
