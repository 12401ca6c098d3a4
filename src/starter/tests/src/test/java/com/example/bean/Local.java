package com.example.bean;

import dev.vast4j.Remote;
import org.springframework.stereotype.Component;

/** Its only implementing class is a Spring bean. */
public interface Local {
  @Remote
  String here();

  /** Runs here. */
  @Component
  class LocalBean implements Local {
    @Override
    public String here() {
      return "here";
    }
  }
}
