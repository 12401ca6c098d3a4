package dev.vast4j.internal.deploy;

import dev.vast4j.Autoscaling;
import dev.vast4j.UpdatePlan;
import dev.vast4j.UpdateTier;
import dev.vast4j.api.DeploymentConfig;
import dev.vast4j.api.DeploymentInfo;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Collects what differs, field by field, and the tier that it takes. */
final class Differences {
  private final List<UpdatePlan.Change> changes = new ArrayList<>();
  private UpdateTier tier = UpdateTier.NONE;

  UpdateTier tier() {
    return tier;
  }

  List<UpdatePlan.Change> changes() {
    return changes;
  }

  void hard(DeploymentInfo now, DeploymentConfig wanted) {
    field(UpdateTier.HARD, "image", now.image(), wanted.image());
    field(UpdateTier.HARD, "storage", now.storage(), wanted.storage());
    field(UpdateTier.HARD, "search", now.searchParams(), wanted.searchParams());
    if (!Objects.equals(now.env(), wanted.env())) {
      for (UpdatePlan.Change change : EnvironmentFlags.changes(now.env(), wanted.env())) {
        add(UpdateTier.HARD, change);
      }
    }
  }

  /** Adds a changed registry log-in, without its values. */
  void login() {
    add(UpdateTier.HARD, new UpdatePlan.Change("dockerLogin", null, "changed"));
  }

  void ttl(@Nullable Duration now, @Nullable Duration wanted) {
    field(UpdateTier.AUTOSCALING, "ttl", now, wanted);
  }

  void code(List<String> lines) {
    for (String line : lines) {
      int colon = line.indexOf(": ");
      add(
          UpdateTier.SOFT,
          new UpdatePlan.Change(
              colon < 0 ? "code" : line.substring(0, colon),
              null,
              colon < 0 ? line : line.substring(colon + 2)));
    }
  }

  /** Compares scaling values; the service chooses unset ones, so they never differ. */
  void scaling(Autoscaling now, Autoscaling wanted) {
    scale("coldWorkers", now.coldWorkers(), wanted.coldWorkers());
    scale("maxWorkers", now.maxWorkers(), wanted.maxWorkers());
    scale("minLoad", now.minLoad(), wanted.minLoad());
    scale("minColdLoad", now.minColdLoad(), wanted.minColdLoad());
    scale("targetUtil", now.targetUtil(), wanted.targetUtil());
    scale("coldMult", now.coldMult(), wanted.coldMult());
    scale("maxQueueTime", now.maxQueueTime(), wanted.maxQueueTime());
    scale("targetQueueTime", now.targetQueueTime(), wanted.targetQueueTime());
    scale("inactivityTimeout", now.inactivityTimeout(), wanted.inactivityTimeout());
  }

  private void scale(String field, @Nullable Object now, @Nullable Object wanted) {
    if (wanted != null) {
      field(UpdateTier.AUTOSCALING, field, now, wanted);
    }
  }

  private void field(UpdateTier tier, String field, @Nullable Object now, @Nullable Object wanted) {
    if (!Objects.equals(now, wanted)) {
      add(tier, new UpdatePlan.Change(field, text(now), text(wanted)));
    }
  }

  private void add(UpdateTier tier, UpdatePlan.Change change) {
    changes.add(change);
    if (tier.level() > this.tier.level()) {
      this.tier = tier;
    }
  }

  private static @Nullable String text(@Nullable Object value) {
    return value == null ? null : value.toString();
  }
}
