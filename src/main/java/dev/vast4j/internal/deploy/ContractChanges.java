package dev.vast4j.internal.deploy;

import dev.vast4j.UpdatePlan.BreakingChange;
import dev.vast4j.UpdatePlan.BreakingChange.Kind;
import dev.vast4j.internal.deploy.Contract.Given;
import dev.vast4j.internal.deploy.Contract.Signed;
import dev.vast4j.internal.wire.Shape;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Finds what clients of the deployed version cannot do with the planned one. Not thread-safe; for
 * one comparison.
 */
final class ContractChanges {
  /** Numbers that a peer reads from those before them; whole numbers also as fractions. */
  private static final List<String> WHOLE = List.of("byte", "short", "int", "long", "BigInteger");

  private static final List<String> FRACTIONS = List.of("float", "double", "BigDecimal");

  private final Contract before;
  private final Contract after;
  private final List<BreakingChange> changes = new ArrayList<>();

  private ContractChanges(Contract before, Contract after) {
    this.before = before;
    this.after = after;
  }

  static List<BreakingChange> between(Contract before, Contract after) {
    ContractChanges all = new ContractChanges(before, after);
    before.functions().forEach(all::compare);
    return List.copyOf(all.changes);
  }

  private void compare(String function, Signed old) {
    Signed now = after.functions().get(function);
    if (now == null) {
      add(Kind.FUNCTION_REMOVED, function, "function `" + function + "` was removed");
      return;
    }
    if (old.named()) {
      compareByName(function, old, now);
    } else {
      compareByPosition(function, old, now);
    }
    compareResults(function, old, now);
  }

  private void compareByName(String function, Signed old, Signed now) {
    Set<String> renamed = new HashSet<>();
    for (int i = 0; i < old.parameters().size(); i++) {
      Given parameter = old.parameters().get(i);
      Given same = find(now, parameter.name());
      if (same != null) {
        compare(function, parameter, same);
        continue;
      }
      Given instead = i < now.parameters().size() ? now.parameters().get(i) : null;
      if (instead != null
          && find(old, instead.name()) == null
          && instead.type().equals(parameter.type())) {
        renamed.add(instead.name());
        add(
            Kind.PARAMETER_RENAMED,
            at(function, parameter),
            named(parameter) + " of `" + function + "` was renamed to `" + instead.name() + "`");
      } else {
        removed(function, parameter);
      }
    }
    for (Given parameter : now.parameters()) {
      if (parameter.required()
          && find(old, parameter.name()) == null
          && !renamed.contains(parameter.name())) {
        required(function, parameter, "is new and required");
      }
    }
  }

  private void compareByPosition(String function, Signed old, Signed now) {
    for (int i = 0; i < old.parameters().size(); i++) {
      if (i < now.parameters().size()) {
        compare(function, old.parameters().get(i), now.parameters().get(i));
      } else {
        removed(function, old.parameters().get(i));
      }
    }
    for (int i = old.parameters().size(); i < now.parameters().size(); i++) {
      if (now.parameters().get(i).required()) {
        required(function, now.parameters().get(i), "is new and required");
      }
    }
  }

  /** Compares one parameter: clients of the old version write it, the new one reads it. */
  private void compare(String function, Given old, Given now) {
    String mismatch =
        new Reading(after.types(), before.types()).mismatch(now.type(), old.type(), "");
    if (mismatch != null) {
      add(Kind.PARAMETER_TYPE, at(function, old), named(old) + " of `" + function + "`" + mismatch);
    } else if (now.required() && !old.required()) {
      required(function, now, "became required");
    }
  }

  private void compareResults(String function, Signed old, Signed now) {
    if (old.streamed() != now.streamed()) {
      add(
          Kind.RESULT_TYPE,
          function,
          "`" + function + "` returns " + (now.streamed() ? "a stream" : "no stream") + " now");
      return;
    }
    String mismatch =
        new Reading(before.types(), after.types()).mismatch(old.result(), now.result(), "");
    if (mismatch != null && !old.result().name().equals("void")) {
      add(Kind.RESULT_TYPE, function, "the result of `" + function + "`" + mismatch);
    }
  }

  private void removed(String function, Given parameter) {
    add(
        Kind.PARAMETER_REMOVED,
        at(function, parameter),
        named(parameter) + " of `" + function + "` was removed");
  }

  private void required(String function, Given parameter, String what) {
    add(
        Kind.PARAMETER_REQUIRED,
        at(function, parameter),
        named(parameter)
            + " of `"
            + function
            + "` "
            + what
            + (parameter.nullForOlderClients() ? ", so it is null in older clients' calls" : ""));
  }

  private void add(Kind kind, String location, String text) {
    changes.add(new BreakingChange(kind, location, text));
  }

  private static String at(String function, Given parameter) {
    return function + "." + parameter.name();
  }

  private static String named(Given parameter) {
    return "parameter `" + parameter.name() + "`";
  }

  private static @Nullable Given find(Signed function, String parameter) {
    return function.parameters().stream()
        .filter(given -> given.name().equals(parameter))
        .findFirst()
        .orElse(null);
  }

  /** Whether one version reads what the other writes. */
  private final class Reading {
    private final Map<String, Shape.Members> readTypes;
    private final Map<String, Shape.Members> writtenTypes;
    private final boolean newReads;
    private final Set<List<Shape>> seen = new HashSet<>();

    Reading(Map<String, Shape.Members> readTypes, Map<String, Shape.Members> writtenTypes) {
      this.readTypes = readTypes;
      this.writtenTypes = writtenTypes;
      this.newReads = readTypes == after.types();
    }

    /** {@return what does not fit, to follow the name of what is compared; null when all does} */
    @Nullable String mismatch(Shape read, Shape written, String path) {
      if (read.name().equals("Object") || written.name().equals("Object")) {
        return null; // anything
      }
      boolean maybeRead = read.name().equals("Optional");
      boolean maybeWritten = written.name().equals("Optional");
      if (maybeRead || maybeWritten) {
        return mismatch(
            maybeRead ? read.parts().get(0) : read,
            maybeWritten ? written.parts().get(0) : written,
            path);
      }
      if (read.name().equals(written.name()) && isContainer(read)) {
        return ofParts(read, written, path);
      }
      Shape.Members reads = read.in(readTypes);
      Shape.Members writes = written.in(writtenTypes);
      if (reads != null && writes != null) {
        return seen.add(List.of(read, written))
            ? ofMembers(read, reads, written, writes, path)
            : null;
      }
      return fits(read, reads, written, writes) ? null : changed(read, written, path);
    }

    private @Nullable String ofParts(Shape read, Shape written, String path) {
      for (int i = 0; i < read.parts().size(); i++) {
        String found = mismatch(read.parts().get(i), written.parts().get(i), path);
        if (found != null) {
          return found;
        }
      }
      return null;
    }

    private @Nullable String ofMembers(
        Shape read, Shape.Members reads, Shape written, Shape.Members writes, String path) {
      if (kind(reads) != kind(writes)) {
        return changed(read, written, path);
      }
      for (String constant : writes.constants()) {
        if (!reads.constants().contains(constant) && !reads.open()) {
          return unknown(path, "constant `" + constant + "` of " + read);
        }
      }
      for (Map.Entry<String, Shape> subtype : writes.subtypes().entrySet()) {
        Shape same = reads.subtypes().get(subtype.getKey());
        if (same == null) {
          return unknown(path, "subtype `" + subtype.getKey() + "` of " + read);
        }
        String found = mismatch(same, subtype.getValue(), path);
        if (found != null) {
          return found;
        }
      }
      for (String required : reads.required()) {
        if (!writes.properties().containsKey(required)) {
          return path
              + ": property `"
              + required
              + "` of "
              + read
              + (newReads
                  ? " is required, and older clients do not send it"
                  : " was removed, and older clients require it");
        }
      }
      for (Map.Entry<String, Shape> property : reads.properties().entrySet()) {
        Shape same = writes.properties().get(property.getKey());
        if (same != null) {
          String found =
              mismatch(
                  property.getValue(), same, ": `" + property.getKey() + "` of " + read + " in it");
          if (found != null) {
            return found;
          }
        }
      }
      return null;
    }

    /** Says what the reading version does not know. */
    private String unknown(String path, String what) {
      return path
          + ": "
          + what
          + (newReads ? " was removed" : " is new, and older clients do not know it");
    }

    private String changed(Shape read, Shape written, String path) {
      Shape old = newReads ? written : read;
      Shape now = newReads ? read : written;
      return path + " was " + old + " and is " + now;
    }
  }

  private static boolean isContainer(Shape shape) {
    return shape.name().equals("List") || shape.name().equals("Map");
  }

  /** 0 for properties, 1 for constants, 2 for subtypes. */
  private static int kind(Shape.Members members) {
    return !members.constants().isEmpty() ? 1 : members.subtypes().isEmpty() ? 0 : 2;
  }

  private static boolean fits(
      Shape read, Shape.@Nullable Members reads, Shape written, Shape.@Nullable Members writes) {
    if (read.equals(written)) {
      return true;
    }
    int fraction = FRACTIONS.indexOf(read.name());
    int whole = WHOLE.indexOf(written.name());
    if (fraction >= 0) {
      return whole >= 0 || FRACTIONS.contains(written.name());
    }
    if (whole >= 0 && WHOLE.contains(read.name())) {
      return whole <= WHOLE.indexOf(read.name());
    }
    // A constant and a character travel as text.
    boolean text = written.name().equals("char") || (writes != null && kind(writes) == 1);
    return (read.name().equals("String") && text)
        || (read.name().equals("Map") && writes != null && kind(writes) == 0 && reads == null);
  }
}
