package dev.vast4j.internal.deploy;

import dev.vast4j.MarketEstimate;
import dev.vast4j.api.Connection;
import dev.vast4j.api.Offer;
import dev.vast4j.api.OfferSearch;
import dev.vast4j.errors.VastException;
import dev.vast4j.query.SearchParams;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A look at the market on another thread. Nothing depends on it: when it fails or takes too long,
 * there is no estimate. For one thread.
 */
final class MarketLook implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(MarketLook.class);

  private final Optional<Future<MarketEstimate>> estimate;

  private MarketLook(Optional<Future<MarketEstimate>> estimate) {
    this.estimate = estimate;
  }

  /** Starts a look. */
  static MarketLook start(DeploymentSpec spec, Connection connection) {
    try {
      return new MarketLook(
          Optional.of(connection.transport().executor().submit(() -> look(spec, connection))));
    } catch (RejectedExecutionException e) {
      return none(); // the connection was closed; the deploy will say so
    }
  }

  /** Returns a look that finds nothing. */
  static MarketLook none() {
    return new MarketLook(Optional.empty());
  }

  private static MarketEstimate look(DeploymentSpec spec, Connection connection) {
    SearchParams requirements = SearchParams.of(spec.image().requirements());
    List<Offer> offers =
        connection
            .web()
            .offers(
                new OfferSearch(
                    requirements, spec.image().storageGb(), MarketEstimate.MOST_COUNTED));
    Optional<Offer> cheapest =
        offers.stream().min(Comparator.comparingDouble(Offer::dollarsPerHour));
    return new MarketEstimate(
        requirements.text(),
        offers.size(),
        cheapest
            .map(offer -> OptionalDouble.of(offer.dollarsPerHour()))
            .orElse(OptionalDouble.empty()),
        cheapest.map(MarketLook::gpu).orElse(null),
        spec.autoscaling().maxWorkers());
  }

  private static String gpu(Offer offer) {
    String name = offer.gpuName() == null ? "no GPU" : offer.gpuName();
    return offer.numGpus() > 1 ? offer.numGpus() + "x " + name : name;
  }

  /** Waits for the estimate; returns empty when it failed or does not come in time. */
  Optional<MarketEstimate> within(Duration most) {
    if (estimate.isEmpty()) {
      return Optional.empty();
    }
    try {
      return Optional.of(estimate.get().get(most.toMillis(), TimeUnit.MILLISECONDS));
    } catch (ExecutionException e) {
      if (!(e.getCause() instanceof VastException)) {
        LOG.warn("Cannot estimate costs", e.getCause());
      }
      LOG.debug("Cannot estimate costs", e.getCause());
    } catch (TimeoutException | CancellationException e) {
      LOG.debug("The market has not answered yet");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return Optional.empty();
  }

  /** Ends the look. */
  @Override
  public void close() {
    estimate.ifPresent(future -> future.cancel(true));
  }
}
