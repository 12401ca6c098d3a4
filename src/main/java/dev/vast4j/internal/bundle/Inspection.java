package dev.vast4j.internal.bundle;

/** What to find out about a file besides its digest. */
enum Inspection {
  /** Nothing. */
  NONE,
  /** A file in a class folder: its CRC-32 (jars need it) and, for a class, its version. */
  CLASS_FOLDER,
  /** A jar: its classes' version, its shape and its class path. */
  JAR
}
