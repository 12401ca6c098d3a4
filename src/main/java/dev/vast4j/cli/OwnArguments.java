package dev.vast4j.cli;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Repairs arguments. Without a locale, as in many containers, the JVM reads them as ASCII and
 * replaces all other characters; Linux still has their bytes.
 */
final class OwnArguments {
  private static final Path BYTES = Path.of("/proc/self/cmdline");
  private static final char REPLACEMENT = '\ufffd';

  private OwnArguments() {}

  /** {@return the arguments as UTF-8 if the JVM could not read them, else as they are} */
  static String[] decoded(String... arguments) {
    if (Arrays.stream(arguments).noneMatch(OwnArguments::damaged)) {
      return arguments;
    }
    try {
      return decoded(arguments, Files.readAllBytes(BYTES));
    } catch (IOException e) {
      return arguments;
    }
  }

  /**
   * Returns the arguments.
   *
   * @param line the process's command line, with a zero byte after each argument
   */
  static String[] decoded(String[] arguments, byte[] line) {
    List<String> all = new ArrayList<>();
    int start = 0;
    for (int i = 0; i < line.length; i++) {
      if (line[i] != 0) {
        continue;
      }
      ByteBuffer one = ByteBuffer.wrap(line, start, i - start);
      try {
        all.add(StandardCharsets.UTF_8.newDecoder().decode(one).toString());
      } catch (CharacterCodingException e) {
        return arguments;
      }
      start = i + 1;
    }
    if (all.size() < arguments.length) {
      return arguments;
    }
    List<String> last = all.subList(all.size() - arguments.length, all.size());
    boolean same =
        IntStream.range(0, arguments.length)
            .allMatch(i -> damaged(arguments[i]) || arguments[i].equals(last.get(i)));
    return same ? last.toArray(String[]::new) : arguments;
  }

  private static boolean damaged(String argument) {
    return argument.indexOf(REPLACEMENT) >= 0;
  }
}
