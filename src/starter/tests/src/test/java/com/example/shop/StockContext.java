package com.example.shop;

import dev.vast4j.Context;
import java.time.Duration;

/** Takes its arguments from properties. */
public class StockContext implements Context<StockContext.Stock> {
  private final Stock stock;

  public StockContext(String shelfName, int rows, Duration patience) {
    stock = new Stock(shelfName, rows, patience);
  }

  @Override
  public Stock enter() {
    return stock;
  }

  /**
   * What was set.
   *
   * @param shelf a name
   * @param rows a number
   * @param patience a time
   */
  public record Stock(String shelf, int rows, Duration patience) {}
}
