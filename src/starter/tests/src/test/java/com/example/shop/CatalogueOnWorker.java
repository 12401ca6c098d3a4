package com.example.shop;

/** Gets the value of a context. */
public class CatalogueOnWorker implements Catalogue {
  private final StockContext.Stock stock;

  public CatalogueOnWorker(StockContext.Stock stock) {
    this.stock = stock;
  }

  @Override
  public String find(String text) {
    return stock.shelf() + "/" + text + "/" + stock.rows() + "/" + stock.patience().toSeconds();
  }
}
