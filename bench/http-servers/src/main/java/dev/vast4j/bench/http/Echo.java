package dev.vast4j.bench.http;

/** What every contender does with a request. */
final class Echo {
  private Echo() {}

  static byte[] answer(String path, byte[] body) {
    switch (path) {
      case "/wait":
        Departures.await();
        return body;
      case "/noticed":
        return Departures.report();
      default:
        return body;
    }
  }
}
