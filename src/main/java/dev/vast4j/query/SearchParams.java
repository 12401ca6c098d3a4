package dev.vast4j.query;

import dev.vast4j.errors.InvalidDeploymentException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A whole search: the queries that a machine has to meet, all of them. Writes and reads the text
 * form that the service takes as {@code search_params}, such as {@code verified=true rentable=true
 * rented=false gpu_ram>=24}.
 *
 * <p>Immutable. Two searches are equal when their queries are, in the same order.
 */
public final class SearchParams {
  private final List<Query> queries;

  private SearchParams(List<Query> queries) {
    this.queries = List.copyOf(queries);
  }

  /**
   * The search for these queries, after those that every search begins with: verified, rentable and
   * not rented.
   *
   * <p>Queries on one column stand together, where the column came first.
   *
   * @param queries the queries, may be none
   * @return the search
   * @throws InvalidDeploymentException if an operator is used twice on one column; {@code
   *     VERIFIED.eq(…)}, {@code RENTABLE.eq(…)} and {@code RENTED.eq(…)} therefore always are one
   *     time too many
   */
  public static SearchParams of(Collection<Query> queries) {
    Map<String, Map<Operator, Query>> byColumn = new LinkedHashMap<>();
    List<Query> defaults =
        List.of(Columns.VERIFIED.eq(true), Columns.RENTABLE.eq(true), Columns.RENTED.eq(false));
    for (Query query : defaults) {
      put(byColumn, query);
    }
    for (Query query : queries) {
      Query earlier = put(byColumn, query);
      if (earlier != null) {
        throw Values.invalid(
            query.column(),
            earlier + " and " + query + " both say \"" + query.operator().text().strip() + "\"",
            defaults.contains(earlier)
                ? "Leave out the second: every search says the first."
                : "Keep one of the two, or use in(…) where either will do.");
      }
    }
    return new SearchParams(flat(byColumn));
  }

  /**
   * Reads a search from its text form. Reads what {@link #text()} writes, and what people type at
   * the service's command line: spaces around operators, {@code ==}, words for operators ({@code
   * gte}, {@code not in}, {@code nin} …), lists in brackets, text in quotes, the short names {@code
   * dph}, {@code cuda_vers}, {@code dlperf_usd}, {@code flops_usd} and {@code display_active}.
   * Nothing is added to it.
   *
   * <p>A later term replaces an earlier one with the same column and operator, and {@code =any}
   * removes the column's terms.
   *
   * @param text the text, may be empty
   * @return the search
   * @throws InvalidDeploymentException if the text is no search, saying where
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
    return new SearchParams(flat(byColumn));
  }

  private static @Nullable Query put(Map<String, Map<Operator, Query>> byColumn, Query query) {
    return byColumn
        .computeIfAbsent(query.column(), column -> new LinkedHashMap<>())
        .put(query.operator(), query);
  }

  private static List<Query> flat(Map<String, Map<Operator, Query>> byColumn) {
    List<Query> flat = new ArrayList<>();
    byColumn.values().forEach(ofColumn -> flat.addAll(ofColumn.values()));
    return flat;
  }

  /**
   * The queries, in the order in which the text has them.
   *
   * @return an unmodifiable list
   */
  public List<Query> queries() {
    return queries;
  }

  /**
   * The search as the service takes it.
   *
   * @return the text
   */
  public String text() {
    return queries.stream().map(Query::toString).collect(Collectors.joining(" "));
  }

  /**
   * Tells whether a machine meets all queries.
   *
   * @param offer the machine: values by column name, in the units that {@link Columns} states
   * @return whether it does
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

  /**
   * The search as the service takes it.
   *
   * @return the same as {@link #text()}
   */
  @Override
  public String toString() {
    return text();
  }
}
