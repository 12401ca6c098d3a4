package dev.vast4j.internal.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.annotation.JsonEnumDefaultValue;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import dev.vast4j.Remote;
import dev.vast4j.UpdatePlan.BreakingChange;
import dev.vast4j.UpdatePlan.BreakingChange.Kind;
import dev.vast4j.internal.function.RemoteInterface;
import dev.vast4j.internal.wire.WireCodec;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What a plan says about callers of the deployed version, for two versions of an interface. */
public class ContractChangesTest {

  public interface Before {
    record Item(String name, double price, int count, Tag tag, List<Item> parts) {}

    enum Tag {
      RED,
      BLUE
    }

    @JsonTypeInfo(use = JsonTypeInfo.Id.NAME)
    @JsonSubTypes({
      @JsonSubTypes.Type(value = Circle.class, name = "circle"),
      @JsonSubTypes.Type(value = Box.class, name = "box")
    })
    interface Shape {}

    record Circle(double radius) implements Shape {}

    record Box(int side) implements Shape {}

    record Page<T>(List<T> items) {}

    @Remote
    void gone();

    @Remote
    String search(String query, int limit, Optional<String> filter);

    @Remote
    CompletableFuture<Item> pass(Item item);

    @Remote
    Tag paint(Tag tag);

    @Remote
    Page<Shape> shapes(Page<Shape> page);

    @Remote
    Stream<Integer> count(int to);

    @Remote
    long widen(int number, List<String> texts, @Nullable String maybe, Set<Integer> set);

    @Remote
    String same(Map<String, Item> items, byte[] bytes, Object anything);
  }

  /** Adds what older clients can do without. */
  public interface Compatible {
    record Item(
        int count, String name, double price, @Nullable Integer more, Tag tag, List<Item> parts) {}

    enum Tag {
      RED,
      BLUE
    }

    @JsonTypeInfo(use = JsonTypeInfo.Id.NAME)
    @JsonSubTypes({
      @JsonSubTypes.Type(value = Circle.class, name = "circle"),
      @JsonSubTypes.Type(value = Box.class, name = "box")
    })
    interface Shape {}

    record Circle(double radius, boolean filled) implements Shape {}

    record Box(int side) implements Shape {}

    record Page<T>(List<T> items, int number) {}

    @Remote
    void added(String required);

    @Remote
    String gone();

    @Remote
    String search(
        OptionalInt offset,
        String query,
        @Nullable String mode,
        long limit,
        Optional<String> filter);

    @Remote
    Item pass(Item item);

    @Remote
    CompletableFuture<Tag> paint(Tag tag);

    @Remote
    Page<Shape> shapes(Page<Shape> page);

    @Remote
    Flow.Publisher<Short> count(double to);

    @Remote
    int widen(
        long number, Collection<String> texts, @Nullable String maybe, List<@Nullable Integer> set);

    @Remote
    String same(Map<String, Item> items, byte[] bytes, String anything);
  }

  public interface Breaking {
    record Item(String name, String price, int count, Tag tag, List<Item> parts) {}

    enum Tag {
      RED,
      GREEN
    }

    @JsonTypeInfo(use = JsonTypeInfo.Id.NAME)
    @JsonSubTypes(@JsonSubTypes.Type(value = Circle.class, name = "circle"))
    interface Shape {}

    record Circle(double radius, @JsonProperty(required = true) int more) implements Shape {}

    record Page<T>(List<T> items) {}

    @Remote
    String search(String query, String filter, int mode);

    @Remote
    Item pass(Item item);

    @Remote
    Tag paint(Tag tag);

    @Remote
    Page<Shape> shapes(Page<Shape> page);

    @Remote
    List<Integer> count(int until);

    @Remote
    String widen(short number, String texts, String maybe, Map<String, Integer> set);

    @Remote
    String same(Map<String, Item> items, byte[] bytes, Object anything);
  }

  public interface Open {
    enum Tag {
      @JsonEnumDefaultValue
      RED
    }

    @Remote
    Tag paint(Tag tag);
  }

  public interface MoreTags {
    enum Tag {
      RED,
      GREEN
    }

    @Remote
    Tag paint(Tag tag);
  }

  @Test
  void additionsBreakNobody() {
    assertThat(between(Before.class, Compatible.class)).isEmpty();
    assertThat(between(Before.class, Before.class)).isEmpty();
  }

  @Test
  void namesEachBreakingChange() {
    assertThat(between(Before.class, Breaking.class).stream().map(BreakingChange::toString))
        .containsExactlyInAnyOrder(
            "breaking: function `gone` was removed; use another tag",
            "breaking: parameter `limit` of `search` was removed; use another tag",
            "breaking: parameter `filter` of `search` became required; use another tag",
            "breaking: parameter `mode` of `search` is new and required; use another tag",
            "breaking: parameter `item` of `pass`: `price` of Item in it was double and is String;"
                + " use another tag",
            "breaking: the result of `pass`: `price` of Item in it was double and is String;"
                + " use another tag",
            "breaking: parameter `tag` of `paint`: constant `BLUE` of Tag was removed;"
                + " use another tag",
            "breaking: the result of `paint`: constant `GREEN` of Tag is new, and older clients do"
                + " not know it; use another tag",
            "breaking: parameter `page` of `shapes`: `items` of Page<Shape> in it: subtype `box` of"
                + " Shape was removed; use another tag",
            "breaking: parameter `to` of `count` was renamed to `until`; use another tag",
            "breaking: `count` returns no stream now; use another tag",
            "breaking: parameter `number` of `widen` was int and is short; use another tag",
            "breaking: parameter `texts` of `widen` was List<String> and is String;"
                + " use another tag",
            "breaking: parameter `maybe` of `widen` became required; use another tag",
            "breaking: parameter `set` of `widen` was List<int> and is Map<String, int>;"
                + " use another tag",
            "breaking: the result of `widen` was long and is String; use another tag",
            "breaking: parameter `items` of `same`: `price` of Item in it was double and is"
                + " String; use another tag");
  }

  @Test
  void changesHaveKindAndLocation() {
    assertThat(between(Before.class, Breaking.class))
        .extracting(BreakingChange::kind, BreakingChange::location)
        .contains(
            org.assertj.core.groups.Tuple.tuple(Kind.FUNCTION_REMOVED, "gone"),
            org.assertj.core.groups.Tuple.tuple(Kind.PARAMETER_REMOVED, "search.limit"),
            org.assertj.core.groups.Tuple.tuple(Kind.PARAMETER_REQUIRED, "search.mode"),
            org.assertj.core.groups.Tuple.tuple(Kind.PARAMETER_RENAMED, "count.to"),
            org.assertj.core.groups.Tuple.tuple(Kind.PARAMETER_TYPE, "widen.texts"),
            org.assertj.core.groups.Tuple.tuple(Kind.RESULT_TYPE, "widen"));
  }

  @Test
  void defaultConstantTakesUnknownOnes() {
    assertThat(between(MoreTags.class, Open.class)).isEmpty();
    assertThat(between(Open.class, MoreTags.class)).isEmpty();
  }

  @Test
  void unreadableTextOfAnotherVersionIsUnknown() {
    assertThat(Contract.parse("{}")).isNull();
    assertThat(Contract.parse("{\"functions\": 1}")).isNull();
    assertThat(Contract.parse("no JSON")).isNull();
  }

  private static List<BreakingChange> between(Class<?> before, Class<?> after) {
    // As kept between two runs.
    Contract kept = Contract.parse(contract(before).toJson());
    assertThat(kept).isEqualTo(contract(before));
    return ContractChanges.between(kept, contract(after));
  }

  private static Contract contract(Class<?> type) {
    return Contract.of(List.of(RemoteInterface.read(type, null)), WireCodec.standard());
  }
}
