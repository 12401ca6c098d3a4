package dev.vast4j.query;

import dev.vast4j.errors.InvalidDeploymentException;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A whole search: the queries that a machine must all meet. Writes and reads the text form that the
 * service takes as {@code search_params}, such as {@code verified=true rentable=true rented=false
 * gpu_ram>=24}.
 *
 * <p>Immutable. Two searches are equal if they have equal queries in the same order.
 */
public final class SearchParams {
  private final List<Query> queries;

  private SearchParams(Map<String, Map<Operator, Query>> byColumn) {
    queries = byColumn.values().stream().flatMap(column -> column.values().stream()).toList();
  }

  /**
   * Creates a search for these queries. Every search starts with {@code verified=true rentable=true
   * rented=false}.
   *
   * <p>Queries on the same column are grouped at the first of them.
   *
   * @param queries the queries, may be empty
   * @return the search
   * @throws InvalidDeploymentException if a column has the same operator twice, which includes
   *     {@code VERIFIED.eq(…)}, {@code RENTABLE.eq(…)} and {@code RENTED.eq(…)}
   */
  public static SearchParams of(Collection<Query> queries) {
    Map<String, Map<Operator, Query>> byColumn = new LinkedHashMap<>();
    List<Query> defaults =
        List.of(Columns.VERIFIED.eq(true), Columns.RENTABLE.eq(true), Columns.RENTED.eq(false));
    defaults.forEach(query -> put(byColumn, query));
    for (Query query : queries) {
      Query earlier = put(byColumn, query);
      if (earlier != null) {
        throw Values.invalid(
            query.column(),
            earlier + " and " + query + " both use \"" + query.operator().text() + "\"",
            defaults.contains(earlier)
                ? "Remove the second: every search includes the first."
                : query.operator() == Operator.EQ
                    ? "Keep one of them, or use in(…) if either is enough."
                    : "Keep one of them.");
      }
    }
    return new SearchParams(byColumn);
  }

  /**
   * Reads a search from its text form, without adding anything. Accepts what {@link #text()} writes
   * and what the service's command line accepts:
   *
   * <ul>
   *   <li>spaces around operators;
   *   <li>{@code ==}, and words as operators: {@code gte}, {@code not in}, {@code nin} …;
   *   <li>lists in brackets and text in quotes;
   *   <li>the short names {@code dph}, {@code cuda_vers}, {@code dlperf_usd}, {@code flops_usd} and
   *       {@code display_active}.
   * </ul>
   *
   * <p>A later term replaces an earlier one with the same column and operator. {@code =any} removes
   * the column's earlier terms.
   *
   * @param text the text, may be empty
   * @return the search
   * @throws InvalidDeploymentException if the text isn't valid; the message names the position
   */
  public static SearchParams parse(String text) {
    Map<String, Map<Operator, Query>> byColumn = new LinkedHashMap<>();
    QueryReader reader = new QueryReader(text);
    while (reader.next()) {
      if (reader.isWildcard()) {
        byColumn.remove(reader.column());
      } else {
        put(byColumn, reader.query());
      }
    }
    return new SearchParams(byColumn);
  }

  private static @Nullable Query put(Map<String, Map<Operator, Query>> byColumn, Query query) {
    return byColumn
        .computeIfAbsent(query.column(), column -> new LinkedHashMap<>())
        .put(query.operator(), query);
  }

  /** {@return the queries in the order of the text, as an unmodifiable list} */
  public List<Query> queries() {
    return queries;
  }

  /** {@return the search in the service's text form} */
  public String text() {
    return queries.stream().map(Query::toString).collect(Collectors.joining(" "));
  }

  /**
   * Tells whether a machine meets all queries.
   *
   * @param offer the machine: values by column name, in the units that {@link Columns} states
   * @return whether the machine meets them
   * @see Query#matches(Map)
   */
  public boolean matches(Map<String, ?> offer) {
    return queries.stream().allMatch(query -> query.matches(offer));
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof SearchParams that && queries.equals(that.queries);
  }

  @Override
  public int hashCode() {
    return queries.hashCode();
  }

  /** {@return the same as {@link #text()}} */
  @Override
  public String toString() {
    return text();
  }
}
