package dev.vast4j.internal.wire;

import java.util.AbstractList;
import java.util.List;
import java.util.RandomAccess;
import org.jspecify.annotations.Nullable;

/**
 * A Python tuple that was read as {@code Object}: an unmodifiable list, equal to any list of the
 * same elements, that is a tuple again when sent on.
 */
final class Tuple extends AbstractList<@Nullable Object> implements RandomAccess {
  private final @Nullable Object[] elements;

  Tuple(List<@Nullable Object> elements) {
    this.elements = elements.toArray();
  }

  @Override
  public @Nullable Object get(int index) {
    return elements[index];
  }

  @Override
  public int size() {
    return elements.length;
  }
}
