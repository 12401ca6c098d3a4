package dev.vast4j.cli;

import dev.vast4j.Deployment;

/** A program that prints while it is loaded, while it describes itself, and on another thread. */
public final class Talkative {
  static {
    System.out.println("banner of a library");
  }

  private Talkative() {}

  public static Deployment.Builder deployment() throws InterruptedException {
    System.out.println("configuring");
    Thread thread = new Thread(() -> System.out.println("on a thread"));
    thread.start();
    thread.join();
    return DescribedSquare.deployment();
  }
}
