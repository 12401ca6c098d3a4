package dev.vast4j.cli;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.HttpURLConnection;
import java.net.InetAddress;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import javax.net.ssl.SSLException;

/** Checks of the way to a service. They send no key. */
final class ServiceChecks {
  private static final int TIMEOUT_MILLIS = 8_000;
  private static final int MOST_BYTES = 1 << 20;
  private static final Duration MOST_SKEW = Duration.ofMinutes(1);

  private final String name;
  private final URI url;

  ServiceChecks(String name, URI url) {
    this.name = name;
    this.url = url;
  }

  /** An answer; its date is 0 when it has none. */
  private record Answer(int status, long dateMillis, String body) {}

  Check dns() {
    String host = String.valueOf(url.getHost());
    try {
      String found =
          Arrays.stream(InetAddress.getAllByName(host))
              .map(InetAddress::getHostAddress)
              .collect(Collectors.joining(", "));
      return Check.ok("DNS", host + " is " + found);
    } catch (UnknownHostException e) {
      return Check.failed(
          "DNS",
          host + " is unknown",
          "Check the URL, the network and the name servers; behind a proxy that resolves names,"
              + " this may be as it should");
    }
  }

  /** Connection, TLS, clock and the certificate of the CA that signs workers' certificates. */
  List<Check> ca() {
    List<Check> checks = new ArrayList<>();
    Answer answer;
    try {
      answer = get("/static/jvastai_root.cer");
    } catch (IOException e) {
      checks.add(unreachable(e));
      return checks;
    }
    checks.add(reached(answer));
    checks.add(clock(answer));
    checks.add(certificate(answer));
    return checks;
  }

  /** Connection and TLS of the engine. */
  List<Check> engine() {
    try {
      Answer answer = get("/pubkey/");
      return List.of(
          answer.status() == 200 && answer.body().contains("-----BEGIN ")
              ? reached(answer)
              : Check.failed(
                  name,
                  url + " answers HTTP " + answer.status() + ", without the key that signs routes",
                  "Check --engine-url or VAST_ENGINE_URL; a proxy may have answered in its place"));
    } catch (IOException e) {
      return List.of(unreachable(e));
    }
  }

  /** Where bundles are uploaded to; the service names the address when a deployment needs one. */
  Check store() {
    boolean service = String.valueOf(url.getHost()).endsWith("vast.ai");
    URI store = service ? URI.create("https://s3.amazonaws.com") : url;
    try {
      Answer answer = new ServiceChecks("upload", store).get(service ? "/" : "/vast-deployments");
      return Check.ok("upload", store + " answers (HTTP " + answer.status() + ")");
    } catch (IOException e) {
      return new ServiceChecks("upload", store).unreachable(e);
    }
  }

  private Answer get(String path) throws IOException {
    HttpURLConnection connection =
        (HttpURLConnection) URI.create(url + path).toURL().openConnection();
    connection.setConnectTimeout(TIMEOUT_MILLIS);
    connection.setReadTimeout(TIMEOUT_MILLIS);
    connection.setInstanceFollowRedirects(false);
    connection.setRequestProperty("User-Agent", "vast4j/" + Main.Version.number());
    try {
      int status = connection.getResponseCode();
      InputStream body = status < 400 ? connection.getInputStream() : connection.getErrorStream();
      String text =
          body == null ? "" : new String(body.readNBytes(MOST_BYTES), StandardCharsets.ISO_8859_1);
      return new Answer(status, connection.getDate(), text);
    } finally {
      connection.disconnect();
    }
  }

  private Check reached(Answer answer) {
    String how = "https".equals(url.getScheme()) ? "TLS is trusted" : "without TLS";
    return answer.status() < 500
        ? Check.ok(name, url + " answers, " + how)
        : Check.failed(
            name, url + " answers HTTP " + answer.status(), "Try again later: the service is ill");
  }

  private Check unreachable(IOException e) {
    String why = e.getMessage() == null ? e.toString() : e.getMessage();
    String fix = "Check the network, and firewalls between here and " + url.getHost();
    if (e instanceof SSLException) {
      fix =
          "A proxy may intercept TLS: import its CA into a trust store and pass"
              + " -Djavax.net.ssl.trustStore=FILE, or update Java";
    } else if (e instanceof UnknownHostException) {
      why = "unknown host " + url.getHost();
      fix = "Check the URL and the name servers";
    } else if (e instanceof ConnectException) {
      fix = "Nothing listens there: check the URL and start the engine, or check the firewall";
    } else if (e instanceof SocketTimeoutException) {
      fix = "A firewall may drop the packets: check it, and the proxy";
    }
    return Check.failed(name, url + ": " + why, fix);
  }

  private static Check clock(Answer answer) {
    if (answer.dateMillis() == 0) {
      return Check.warning("clock", "the service does not tell its time", "");
    }
    Duration skew =
        Duration.between(Instant.ofEpochMilli(answer.dateMillis()), Instant.now()).abs();
    String detail = "differs by " + skew.toSeconds() + " s from the service's";
    return skew.compareTo(MOST_SKEW) <= 0
        ? Check.ok("clock", detail)
        : Check.failed(
            "clock",
            detail + "; signed URLs and certificates depend on it",
            "Set the clock, for example with timedatectl set-ntp true");
  }

  private static Check certificate(Answer answer) {
    int begin = answer.body().indexOf("-----BEGIN CERTIFICATE-----");
    String fix = "Check the URL; a proxy may have answered in the service's place";
    if (begin < 0) {
      return Check.failed("CA", "HTTP " + answer.status() + " without the CA's certificate", fix);
    }
    try {
      byte[] pem = answer.body().substring(begin).getBytes(StandardCharsets.ISO_8859_1);
      X509Certificate certificate =
          (X509Certificate)
              CertificateFactory.getInstance("X.509")
                  .generateCertificate(new ByteArrayInputStream(pem));
      certificate.checkValidity();
      return Check.ok("CA", "valid until " + certificate.getNotAfter().toInstant());
    } catch (CertificateException e) {
      return Check.failed("CA", "the CA's certificate is not valid: " + e.getMessage(), fix);
    }
  }
}
