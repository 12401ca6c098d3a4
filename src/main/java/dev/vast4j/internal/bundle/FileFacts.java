package dev.vast4j.internal.bundle;

/**
 * What reading a file told.
 *
 * @param sha256 its SHA-256, 64 hex digits
 * @param crc32 its CRC-32, 0 unless it was {@link Inspection#CLASS_FOLDER}
 * @param classVersion the highest class file version in it, 0 when there is none
 */
record FileFacts(String sha256, int crc32, int classVersion) {}
