package dev.vast4j.bench.http;

import java.nio.file.Path;
import javax.net.ssl.SSLContext;

/** One contender in a process of its own: prints its port, ends with its standard input. */
final class Serve {
  private Serve() {}

  public static void main(String[] arguments) throws Exception {
    String type = Serve.class.getPackageName() + "." + arguments[0] + "Contender";
    Contender contender = (Contender) Class.forName(type).getDeclaredConstructor().newInstance();
    SSLContext tls = arguments.length > 1 ? Keys.open(Path.of(arguments[1])) : null;
    System.out.println("PORT " + contender.start(tls));
    while (System.in.read() >= 0) {
      // nothing is said but the end
    }
    Runtime.getRuntime().halt(0);
  }
}
