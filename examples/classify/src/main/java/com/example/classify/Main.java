package com.example.classify;

import static dev.vast4j.query.Columns.GPU_NAME;
import static dev.vast4j.query.GpuName.RTX_4090;
import static dev.vast4j.query.GpuName.RTX_5090;

import com.example.classify.Helpdesk.Topic;
import dev.vast4j.Autoscaling;
import dev.vast4j.Deployment;
import dev.vast4j.Image;
import dev.vast4j.ProgressListener;
import dev.vast4j.Vast;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/** Sorts a shop's messages by topic. */
public final class Main {
  private static final Map<String, List<String>> EXAMPLES =
      Map.of(
          "delivery",
          List.of("Where is my parcel?", "The tracking shows no update.", "It came too late."),
          "payment",
          List.of("My card was charged twice.", "I need an invoice.", "The bank refused it."),
          "returns",
          List.of("I want my money back.", "It does not fit.", "The item arrived broken."),
          "account",
          List.of("I forgot my password.", "Delete my profile.", "I cannot log in."));

  private static final List<String> MESSAGES =
      List.of(
          "The courier never rang the bell.",
          "Can I pay in two instalments?",
          "These shoes are a size too small.",
          "How do I change my email address?",
          "My package has been stuck in Leipzig for a week.",
          "The lamp has a crack, please take it back.",
          "You took 40 euros too much from my credit card.",
          "The sign-in page says that my user name is wrong.");

  private Main() {}

  public static void main(String[] args) {
    boolean cuda = Boolean.getBoolean("cuda");
    Image image =
        cuda
            ? Image.of("vastai/base-image:cuda-12.8.1-cudnn-devel-ubuntu22.04", 16)
                .require(GPU_NAME.in(RTX_4090, RTX_5090))
            : Image.of("vastai/base-image:@vastai-automatic-tag", 16);
    try (Vast vast = Vast.fromEnvironmentOrLocal();
        Deployment app =
            Deployment.builder("classify")
                .vast(vast)
                .remote(Helpdesk.class, HelpdeskOnWorker.class)
                .context(Topics.class, EXAMPLES, cuda)
                .image(image)
                .autoscaling(Autoscaling.defaults().maxWorkers(1))
                .progress(ProgressListener.console())
                .build()) {
      app.ensureReady();
      app.awaitWorkers(1, Duration.ofMinutes(30)); // ready means that the model is loaded
      Helpdesk helpdesk = app.remote(Helpdesk.class);

      List<CompletableFuture<Topic>> topics = MESSAGES.stream().map(helpdesk::sort).toList();
      System.out.println();
      for (int i = 0; i < MESSAGES.size(); i++) {
        Topic topic = topics.get(i).join();
        System.out.printf("%-8s  %.2f  %s%n", topic.name(), topic.likeness(), MESSAGES.get(i));
      }
    }
  }
}
