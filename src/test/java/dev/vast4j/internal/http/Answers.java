package dev.vast4j.internal.http;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.any;
import static com.github.tomakehurst.wiremock.client.WireMock.anyUrl;
import static com.github.tomakehurst.wiremock.client.WireMock.urlPathEqualTo;
import static com.github.tomakehurst.wiremock.core.WireMockConfiguration.wireMockConfig;
import static java.nio.charset.StandardCharsets.UTF_8;

import com.github.tomakehurst.wiremock.client.ResponseDefinitionBuilder;
import com.github.tomakehurst.wiremock.http.Fault;
import com.github.tomakehurst.wiremock.junit5.WireMockExtension;
import com.github.tomakehurst.wiremock.matching.UrlPattern;
import com.github.tomakehurst.wiremock.stubbing.Scenario;
import com.github.tomakehurst.wiremock.stubbing.ServeEvent;
import com.github.tomakehurst.wiremock.verification.LoggedRequest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Scripted answers of the remote services, played by WireMock, faults included. {@link
 * ScriptedServer} makes the connection faults that WireMock cannot.
 */
public final class Answers {
  private Answers() {}

  /** Returns a service on the loopback interface, shared by all tests of a class. */
  public static WireMockExtension service() {
    return WireMockExtension.newInstance()
        .options(
            wireMockConfig()
                .bindAddress(InetAddress.getLoopbackAddress().getHostAddress())
                .dynamicPort()
                .containerThreads(20))
        .build();
  }

  public static ResponseDefinitionBuilder json(int status, String body) {
    return of(status, "application/json", body);
  }

  public static ResponseDefinitionBuilder json(String body) {
    return json(200, body);
  }

  public static ResponseDefinitionBuilder text(int status, String body) {
    return of(status, "text/plain", body);
  }

  public static ResponseDefinitionBuilder of(int status, String type, String body) {
    return aResponse()
        .withStatus(status)
        .withHeader("Content-Type", type)
        .withBody(body.getBytes(UTF_8));
  }

  /** Resets the connection instead of answering. */
  public static ResponseDefinitionBuilder reset() {
    return aResponse().withFault(Fault.CONNECTION_RESET_BY_PEER);
  }

  /** Cuts the answer off. */
  public static ResponseDefinitionBuilder cutOff() {
    return aResponse().withFault(Fault.MALFORMED_RESPONSE_CHUNK);
  }

  /** Returns a port of the loopback interface that nobody listens on. */
  public static int closedPort() {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Answers requests in turn; the last answer repeats. */
  public static void inTurn(WireMockExtension service, ResponseDefinitionBuilder... answers) {
    inTurn(service, anyUrl(), answers);
  }

  /** Answers requests of a path in turn; the last answer repeats. */
  public static void inTurn(
      WireMockExtension service, String path, ResponseDefinitionBuilder... answers) {
    inTurn(service, urlPathEqualTo(path), answers);
  }

  private static void inTurn(
      WireMockExtension service, UrlPattern url, ResponseDefinitionBuilder... answers) {
    String scenario = url + " " + service.getStubMappings().size();
    for (int i = 0; i < answers.length; i++) {
      service.stubFor(
          any(url)
              .inScenario(scenario)
              .whenScenarioStateIs(state(i))
              .willSetStateTo(state(Math.min(i + 1, answers.length - 1)))
              .willReturn(answers[i]));
    }
  }

  private static String state(int answered) {
    return answered == 0 ? Scenario.STARTED : "answered " + answered;
  }

  /** Returns the requests so far, in order. */
  public static List<LoggedRequest> requests(WireMockExtension service) {
    List<LoggedRequest> requests = new ArrayList<>();
    for (ServeEvent event : service.getAllServeEvents()) {
      requests.add(event.getRequest());
    }
    Collections.reverse(requests);
    return requests;
  }

  /** Waits until this many requests have come. */
  public static void awaitRequests(WireMockExtension service, int count) {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
    while (service.getAllServeEvents().size() < count) {
      if (System.nanoTime() > end) {
        throw new AssertionError("no " + count + " requests came: " + requests(service));
      }
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(5));
    }
  }

  /** Returns the requests of a path so far, in order. */
  public static List<LoggedRequest> requests(WireMockExtension service, String path) {
    return requests(service).stream().filter(request -> request.getUrl().equals(path)).toList();
  }
}
