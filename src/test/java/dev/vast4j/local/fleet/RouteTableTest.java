package dev.vast4j.local.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class RouteTableTest {
  private final RouteTable table = new RouteTable();

  @Test
  void picksShortestQueue() {
    table.put(1, 110);
    table.put(2, 105);
    assertThat(table.best()).isEqualTo(2);
    table.charge(2, 10, 100);
    assertThat(table.best()).isEqualTo(1);
    assertThat(table.queueTime(2, 100)).isEqualTo(15);
  }

  @Test
  void idleWorkersTakeTurns() {
    table.put(1, 1);
    table.put(2, 2);
    table.charge(1, 0.5, 10);
    assertThat(table.best()).isEqualTo(2);
    table.charge(2, 0.5, 12);
    assertThat(table.best()).isEqualTo(1);
  }

  @Test
  void forgetsRemovedWorker() {
    table.put(1, 1);
    table.remove(1);
    table.charge(1, 1, 1);
    assertThat(table.best()).isNull();
    assertThat(table.size()).isZero();
  }

  @Property(tries = 100)
  void bestIsMinimum(
      @ForAll @Size(min = 1, max = 50) List<@DoubleRange(max = 1000) Double> freeAt) {
    RouteTable all = new RouteTable();
    for (int i = 0; i < freeAt.size(); i++) {
      all.put(i, freeAt.get(i));
    }
    double best = all.queueTime(all.best(), 0);
    for (int i = 0; i < freeAt.size(); i++) {
      assertThat(best).isLessThanOrEqualTo(all.queueTime(i, 0));
    }
  }
}
