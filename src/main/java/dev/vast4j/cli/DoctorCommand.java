package dev.vast4j.cli;

import dev.vast4j.Vast;
import dev.vast4j.errors.ApiException;
import dev.vast4j.errors.InvalidDeploymentException;
import dev.vast4j.errors.MissingApiKeyException;
import dev.vast4j.errors.VastException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help.Ansi.Style;

/** {@code doctor}: finds out why deploys and calls fail from this machine. */
@Command(
    name = "doctor",
    description = "Checks this machine and its way to the service; says how to fix what fails.",
    footer = {
      "",
      "Changes nothing. Exits with 1 when a check fails.",
      "",
      "Examples:",
      "  vast4j doctor",
      "  vast4j doctor --json | jq '.[] | select(.state == \"failed\")'"
    })
final class DoctorCommand extends ServiceCommand {
  private static final long MOST_SECONDS = 15;

  DoctorCommand(Console console) {
    super(console);
  }

  @Override
  public Integer call() {
    List<Check> checks = new ArrayList<>();
    LocalChecks local = new LocalChecks(System.getenv());
    add(checks, local.java());
    add(checks, local.temporaryFolder());
    add(checks, local.cacheFolder(Path.of(System.getProperty("user.home", "."))));
    try (Vast vast = connect(checks)) {
      run(vast, checks, local);
    }
    if (console.json()) {
      console.printJson(checks);
    }
    boolean failed = checks.stream().anyMatch(check -> check.state() == Check.State.FAILED);
    return (failed ? ExitCode.FAILED : ExitCode.DONE).number();
  }

  private Vast connect(List<Check> checks) {
    try {
      Vast vast = connect();
      add(checks, Check.ok("key", "found"));
      return vast;
    } catch (MissingApiKeyException e) {
      add(checks, Check.failed("key", "none found", Console.noKey(e.searched())));
    } catch (InvalidDeploymentException e) {
      add(checks, Check.failed("key", e.problem(), e.fix()));
    }
    return connectWithoutKey();
  }

  private void run(Vast vast, List<Check> checks, LocalChecks local) {
    boolean keyFound = checks.get(checks.size() - 1).state() == Check.State.OK;
    boolean separate = !vast.engineUrl().equals(vast.webUrl());
    add(checks, local.proxy(vast.webUrl()));
    ServiceChecks web = new ServiceChecks("web API", vast.webUrl());
    ServiceChecks engine = new ServiceChecks("engine", vast.engineUrl());
    add(checks, web.dns());
    if (separate) {
      add(checks, engine.dns());
    }
    web.ca().forEach(check -> add(checks, check));
    engine.engine().forEach(check -> add(checks, check));
    add(checks, web.store());
    if (keyFound) {
      add(checks, account(vast));
    }
  }

  /** Whether the service accepts the key. */
  private static Check account(Vast vast) {
    CompletableFuture<Integer> count =
        CompletableFuture.supplyAsync(() -> vast.deployments().list().size());
    try {
      return Check.ok(
          "account",
          "the key is accepted; deployments: " + count.get(MOST_SECONDS, TimeUnit.SECONDS));
    } catch (TimeoutException e) {
      count.cancel(true);
      return Check.failed(
          "account",
          "no answer within " + MOST_SECONDS + " s",
          "Try again later; see the checks above for the connection");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Check.failed("account", "interrupted", "Try again");
    } catch (ExecutionException e) {
      if (e.getCause() instanceof ApiException api
          && (api.status() == 401 || api.status() == 403)) {
        return Check.failed(
            "account",
            "the service refuses the key (HTTP " + api.status() + ")",
            "Create a key with all permissions at https://cloud.vast.ai/manage-keys/");
      }
      String reason =
          e.getCause() instanceof VastException || e.getCause() instanceof IllegalArgumentException
              ? e.getCause().getMessage()
              : String.valueOf(e.getCause());
      return Check.failed("account", String.valueOf(reason), "See the checks above");
    }
  }

  private void add(List<Check> checks, Check check) {
    checks.add(check);
    if (console.json()) {
      return;
    }
    Style style =
        switch (check.state()) {
          case OK -> Style.fg_green;
          case WARNING -> Style.fg_yellow;
          case FAILED -> Style.fg_red;
        };
    console.print(
        console
            .text(String.format("%-8s", check.state().word()), style)
            .concat(console.text(String.format("%-14s", check.name()), Style.bold))
            .concat(console.text(check.detail())));
    if (!check.fix().isEmpty()) {
      console.print("        fix: " + check.fix());
    }
    console.flush();
  }

  @Override
  ExitCode run(Vast vast) {
    throw new IllegalStateException("call() does it");
  }
}
