package com.example.springboot;

import com.example.springboot.Keywords.Keyword;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** The REST service. The starter makes the remote interface a bean. */
@RestController
class KeywordsController {
  private final Keywords keywords;

  KeywordsController(Keywords keywords) {
    this.keywords = keywords;
  }

  /** Answers when the worker answers. No thread waits. */
  @PostMapping("/keywords")
  CompletableFuture<List<Keyword>> keywords(
      @RequestBody String text, @RequestParam(name = "most", defaultValue = "3") int most) {
    return keywords.keywords(text, most);
  }
}
