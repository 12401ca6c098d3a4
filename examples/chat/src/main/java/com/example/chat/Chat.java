package com.example.chat;

import dev.vast4j.Autoscaling;
import dev.vast4j.Endpoint;
import dev.vast4j.Vast;
import dev.vast4j.api.EndpointConfig;
import dev.vast4j.api.WorkergroupConfig;
import dev.vast4j.local.LocalOptions;
import dev.vast4j.local.LocalTemplate;
import dev.vast4j.local.LocalVast;
import java.io.IOException;
import java.io.UncheckedIOException;

/**
 * Where the model runs: behind the endpoint on Vast that CHAT_ENDPOINT names, or, without one,
 * behind a local engine's endpoint, where a stand-in answers.
 */
final class Chat implements AutoCloseable {
  static final String QUESTION = "Why is the sky blue?";

  private final Vast vast;
  private final Endpoint endpoint;
  private final StandIn standIn;
  private final LocalVast local;
  private int tokens;
  private int sentBeforeFirst;

  private Chat(Vast vast, String name, StandIn standIn, LocalVast local) {
    this.vast = vast;
    this.endpoint = vast.endpoint(name);
    this.standIn = standIn;
    this.local = local;
  }

  static Chat open() {
    String name = System.getenv("CHAT_ENDPOINT");
    if (name != null) {
      return new Chat(Vast.fromEnvironment(), name, null, null);
    }
    try {
      StandIn standIn = StandIn.start();
      LocalVast local =
          LocalVast.start(
              LocalOptions.defaults().template("stand-in", LocalTemplate.server(standIn.url())));
      Vast vast = local.client();
      long id = vast.endpoints().create(EndpointConfig.of("chat", Autoscaling.defaults()));
      vast.workergroups().create(WorkergroupConfig.ofTemplate(id, "stand-in"));
      return new Chat(vast, "chat", standIn, local);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  Endpoint endpoint() {
    return endpoint;
  }

  String apiKey() {
    return vast.apiKey();
  }

  /** Prints a token as it arrives; the last part of an answer may be empty. */
  void show(String token) {
    if (token.isEmpty()) {
      return;
    }
    if (tokens++ == 0 && standIn != null) {
      sentBeforeFirst = standIn.sent();
    }
    System.out.print(token);
    System.out.flush();
  }

  void summarize() {
    System.out.printf("%n%d tokens%n", tokens);
    if (standIn != null) {
      System.out.printf(
          "the model had sent %d of %d when the first arrived%n", sentBeforeFirst, standIn.sent());
    }
  }

  @Override
  public void close() {
    if (local == null) {
      vast.close();
    } else {
      local.close();
      standIn.close();
    }
  }
}
