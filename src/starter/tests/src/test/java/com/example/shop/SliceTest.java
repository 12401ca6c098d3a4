package com.example.shop;

import static org.assertj.core.api.Assertions.assertThat;

import dev.vast4j.local.LocalVast;
import dev.vast4j.spring.test.VastTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.context.ApplicationContext;

/** Remote interfaces on real workers, without controllers. */
@Timeout(120)
@VastTest(
    properties = {
      "vast4j.contexts.stock-context.shelf-name=top",
      "vast4j.contexts.stock-context.rows=1",
      "vast4j.contexts.stock-context.patience=1s"
    })
class SliceTest {
  @Autowired Prices prices;
  @Autowired Catalogue catalogue;

  @Test
  void callsRealWorkersWithoutTheRest(
      @Autowired LocalVast engine, @Autowired ApplicationContext context) {
    assertThat(prices.doubled(3).join()).isEqualTo(6);
    assertThat(catalogue.find("lamp")).isEqualTo("top/lamp/1/1");
    assertThat(engine.workerLogs()).isNotEmpty();
    assertThat(context.getBeansOfType(ShopController.class)).isEmpty();
  }
}
