package com.example.shop;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** Works under MVC and under WebFlux. */
@RestController
class ShopController {
  private final Prices prices;
  private final Catalogue catalogue;

  ShopController(Prices prices, Catalogue catalogue) {
    this.prices = prices;
    this.catalogue = catalogue;
  }

  @GetMapping("/doubled")
  CompletableFuture<Integer> doubled(@RequestParam("cents") int cents) {
    return prices.doubled(cents);
  }

  @GetMapping("/find")
  String find(@RequestParam("text") String text) {
    return catalogue.find(text) + (Threads.isVirtual() ? " on a virtual thread" : "");
  }

  @GetMapping("/when")
  CompletableFuture<String> when(@RequestParam("file") String file) {
    return CompletableFuture.supplyAsync(
        () -> {
          try {
            return prices.when(file);
          } catch (InterruptedException e) {
            throw new IllegalStateException(e);
          }
        },
        Threads::start);
  }

  @GetMapping(path = "/countdown", produces = MediaType.TEXT_EVENT_STREAM_VALUE)
  Flow.Publisher<Integer> countdown(@RequestParam("from") int from) {
    return prices.countdown(from);
  }
}
