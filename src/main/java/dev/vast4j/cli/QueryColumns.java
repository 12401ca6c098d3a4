package dev.vast4j.cli;

import dev.vast4j.query.Column;
import dev.vast4j.query.Columns;
import dev.vast4j.query.Query;
import dev.vast4j.query.SearchParams;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** Warns of columns that this program does not know; the service may have newer ones. */
final class QueryColumns {
  private QueryColumns() {}

  /** Reads queries. Throws InvalidDeploymentException when the text isn't valid. */
  static List<Query> warnUnknown(String text, String where, Console console) {
    List<Query> queries = SearchParams.parse(text).queries();
    Set<String> known = Columns.all().stream().map(Column::name).collect(Collectors.toSet());
    for (Query query : queries) {
      if (!known.contains(query.column())) {
        console.warn(
            where
                + "unknown column '"
                + query.column()
                + "'"
                + Similar.question(query.column(), known));
      }
    }
    return queries;
  }
}
