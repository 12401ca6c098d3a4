import dev.vast4j.Vast;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.web.reactive.context.ReactiveWebServerApplicationContext;

/** A reactive web application that has vast4j on its class path, and uses it. */
@EnableAutoConfiguration
public class WebFlux {
  public static void main(String[] arguments) {
    try (var context =
            (ReactiveWebServerApplicationContext)
                SpringApplication.run(WebFlux.class, "--server.port=0");
        Vast vast = Vast.local()) {
      System.out.println("web server: " + context.getWebServer().getClass().getSimpleName());
    }
    System.exit(0);
  }
}
