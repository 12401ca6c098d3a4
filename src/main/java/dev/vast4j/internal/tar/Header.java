package dev.vast4j.internal.tar;

/** The block before each member: where its fields are, as POSIX has it. */
final class Header {
  /** A field of the block. */
  record Field(int offset, int length) {}

  static final int BLOCK = 512;

  static final Field NAME = new Field(0, 100);
  static final Field MODE = new Field(100, 8);
  static final Field USER = new Field(108, 8);
  static final Field GROUP = new Field(116, 8);
  static final Field SIZE = new Field(124, 12);
  static final Field MODIFIED = new Field(136, 12);
  static final Field CHECKSUM = new Field(148, 8);
  static final Field TYPE = new Field(156, 1);
  static final Field LINK_NAME = new Field(157, 100);
  static final Field MAGIC = new Field(257, 6);
  static final Field VERSION = new Field(263, 2);
  static final Field USER_NAME = new Field(265, 32);
  static final Field GROUP_NAME = new Field(297, 32);
  static final Field PREFIX = new Field(345, 155);

  static final String USTAR = "ustar";

  static final char FILE = '0';
  static final char HARD_LINK = '1';
  static final char SYMBOLIC_LINK = '2';
  static final char CHARACTER_DEVICE = '3';
  static final char BLOCK_DEVICE = '4';
  static final char FOLDER = '5';
  static final char PIPE = '6';
  static final char PAX = 'x';
  static final char PAX_GLOBAL = 'g';
  static final char GNU_LONG_NAME = 'L';
  static final char GNU_LONG_LINK = 'K';
  static final char GNU_SPARSE = 'S';

  private Header() {}

  /** The sum of a header's bytes, its own field counted as blanks. */
  static int checksum(byte[] header) {
    int sum = 0;
    for (int i = 0; i < BLOCK; i++) {
      sum += isInChecksum(i) ? ' ' : header[i] & 0xff;
    }
    return sum;
  }

  /** As {@link #checksum}, of signed bytes: so summed some tars before POSIX. */
  static int signedChecksum(byte[] header) {
    int sum = 0;
    for (int i = 0; i < BLOCK; i++) {
      sum += isInChecksum(i) ? ' ' : header[i];
    }
    return sum;
  }

  private static boolean isInChecksum(int offset) {
    return offset >= CHECKSUM.offset() && offset < CHECKSUM.offset() + CHECKSUM.length();
  }

  /** How many bytes fill the last block of some content. */
  static int padding(long size) {
    return (int) (-size & (BLOCK - 1));
  }
}
