package com.example.sessions;

import java.util.BitSet;

/** A field of 1,024 × 1,024 cells with connected edges. Not thread-safe: calls run in turn. */
final class Field implements AutoCloseable {
  private static final int SIZE = 1024;

  private BitSet cells = new BitSet(SIZE * SIZE);
  private int generation;

  void draw(int x, int y, String... rows) {
    for (int dy = 0; dy < rows.length; dy++) {
      for (int dx = 0; dx < rows[dy].length(); dx++) {
        cells.set(at(x + dx, y + dy), rows[dy].charAt(dx) == 'O');
      }
    }
  }

  long advance(int generations) {
    for (int i = 0; i < generations; i++) {
      byte[] neighbours = neighbours();
      BitSet next = new BitSet(cells.size());
      for (int cell = 0; cell < neighbours.length; cell++) {
        next.set(cell, neighbours[cell] == 3 || neighbours[cell] == 2 && cells.get(cell));
      }
      cells = next;
      generation++;
    }
    return cells.cardinality();
  }

  String view(int x, int y, int width, int height) {
    StringBuilder view = new StringBuilder();
    for (int dy = 0; dy < height; dy++) {
      for (int dx = 0; dx < width; dx++) {
        view.append(cells.get(at(x + dx, y + dy)) ? 'O' : '.');
      }
      view.append('\n');
    }
    return view.toString();
  }

  /** Runs when the session ends, for whatever reason. */
  @Override
  public void close() {
    System.out.println("a field ends in generation " + generation);
  }

  /** Counts the living neighbours of each cell. */
  private byte[] neighbours() {
    byte[] neighbours = new byte[SIZE * SIZE];
    for (int cell = cells.nextSetBit(0); cell >= 0; cell = cells.nextSetBit(cell + 1)) {
      for (int dy = -1; dy <= 1; dy++) {
        for (int dx = -1; dx <= 1; dx++) {
          if (dx != 0 || dy != 0) {
            neighbours[at(cell % SIZE + dx, cell / SIZE + dy)]++;
          }
        }
      }
    }
    return neighbours;
  }

  private static int at(int x, int y) {
    return Math.floorMod(y, SIZE) * SIZE + Math.floorMod(x, SIZE);
  }
}
