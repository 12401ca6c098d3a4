package dev.vast4j.internal.call;

import dev.vast4j.Param;
import dev.vast4j.Remote;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;
import java.util.stream.Stream;

/** Functions for tests. */
public interface Sums {
  @Remote
  CompletableFuture<Integer> square(@Param("x") int x);

  @Remote(name = "square_now")
  int squareNow(@Param("x") int x);

  @Remote
  String read(@Param("path") String path) throws IOException;

  @Remote(idempotent = false)
  CompletableFuture<Integer> charge(@Param("amount") int amount);

  @Remote
  CompletableFuture<Integer> size(@Param("bytes") byte[] bytes);

  @Remote
  CompletableFuture<byte[]> fetch(@Param("n") int n);

  @Remote(workload = Work.class)
  CompletableFuture<Integer> sum(@Param("all") List<Integer> all);

  @Remote
  void nothing();

  @Remote
  Stream<Integer> count(@Param("to") int to);

  @Remote
  Flow.Publisher<Integer> publish(@Param("to") int to);

  default int local(int x) {
    return squareNow(x) + 1;
  }

  int unannotated();

  /** Counts its argument's elements. */
  class Work {
    public double workload(List<Integer> all) {
      return all.size();
    }
  }
}
