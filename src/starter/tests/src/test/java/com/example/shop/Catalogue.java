package com.example.shop;

import dev.vast4j.Remote;

/** Abstract methods: its implementing class is found beside it. */
public interface Catalogue {
  @Remote
  String find(String text);
}
