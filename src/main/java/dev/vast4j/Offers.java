package dev.vast4j;

import dev.vast4j.api.Offer;
import dev.vast4j.api.OfferSearch;
import java.util.List;

/**
 * The market of machines. Methods block for one exchange and throw as those of {@link Deployments}
 * do. Thread-safe.
 */
public interface Offers {

  /**
   * Searches the market.
   *
   * @param search what machines must meet
   * @return the offers that match now, the cheapest first; the embedded engine has a small market
   *     of its own
   */
  List<Offer> search(OfferSearch search);
}
