package dev.vast4j.internal.call;

import dev.vast4j.CallOptions;
import dev.vast4j.errors.CallException;
import dev.vast4j.errors.InvalidDeploymentException;
import dev.vast4j.internal.wire.Outcome;
import dev.vast4j.internal.wire.Signature;
import java.io.IOException;
import java.lang.reflect.Type;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import okhttp3.MediaType;
import org.jspecify.annotations.Nullable;

/**
 * A call of a function that is known by its name only: arguments travel as the natural form of
 * their values, and the answer's content type says whether it is a value or a stream.
 */
final class NamedCall {
  private static final Pattern NAME = Pattern.compile("[\\p{L}\\p{N}_$]{1,200}");

  private final CallContext context;
  private final CallTarget target;
  private final String function;
  private final CallOptions options;
  private final @Nullable SessionState session;

  NamedCall(
      CallContext context,
      CallTarget target,
      String function,
      CallOptions options,
      @Nullable SessionState session) {
    if (!NAME.matcher(function).matches()) {
      throw new InvalidDeploymentException(
          "the function '" + function + "'",
          "it isn't a function's name",
          "Give the name of a remote method or Python function, such as square",
          null);
    }
    this.context = context;
    this.target = target;
    this.function = function;
    this.options = options;
    this.session = session;
  }

  /** Runs the call; see {@link FunctionCalls#call}. */
  Stream<@Nullable Object> run(
      @Nullable List<String> names, List<? extends @Nullable Object> arguments) {
    List<String> known =
        names == null
            ? IntStream.range(0, arguments.size()).mapToObj(Integer::toString).toList()
            : names;
    List<Type> types = Collections.nCopies(known.size(), Object.class);
    Signature signature = new Signature(function, known, types, names != null);
    @Nullable Object[] values = arguments.toArray();
    Double cost = options.cost();
    CallSpec spec =
        new CallSpec(
            function,
            "/remote/" + function,
            null,
            Payload.encode(
                out -> target.codec().writePayload(out, signature, values, target.dialect())),
            cost == null ? CostCalculator.DEFAULT : cost,
            Boolean.TRUE.equals(options.idempotent()),
            options,
            session,
            true);
    try {
      return RemoteCall.begin(context, spec, new Reader(spec, CallSite.here())).await().elements();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw Cancellations.interrupted(function, e);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof CallException failure) {
        CallSite.here().mark(failure);
      }
      if (e.getCause() instanceof RuntimeException failure) {
        throw failure;
      }
      throw new IllegalStateException("the call failed", e.getCause());
    }
  }

  /** What a function gave: a value or a stream. */
  private record Given(@Nullable Object value, @Nullable EventStream stream) {
    Stream<@Nullable Object> elements() {
      return stream == null ? Stream.of(new Object[] {value}) : stream.stream();
    }
  }

  /** Reads whichever of the two the worker sent. */
  private final class Reader implements AnswerReader<Given> {
    private final StreamReader streams;
    private boolean streamed;

    Reader(CallSpec spec, CallSite site) {
      this.streams =
          new StreamReader(
              context,
              spec,
              true,
              site,
              (answer, reporter, elementNanos) ->
                  EventStream.ofFunction(
                      context.transport(),
                      answer,
                      in ->
                          target
                              .codec()
                              .readEvent(in, Object.class, "element of the " + location()),
                      reporter,
                      elementNanos,
                      function,
                      context.inFlight()));
    }

    private String location() {
      return "result of '" + function + "'";
    }

    @Override
    public Given read(Answer answer) throws IOException, RemoteFailure {
      MediaType type = answer.response().body().contentType();
      streamed = type != null && type.subtype().equals("event-stream");
      if (streamed) {
        return new Given(null, streams.read(answer));
      }
      Outcome outcome = target.codec().readOutcome(answer.in(), Object.class, location());
      if (outcome instanceof Outcome.Err err) {
        throw new RemoteFailure(err.error());
      }
      return new Given(((Outcome.Ok) outcome).value(), null);
    }

    @Override
    public boolean keepsReading() {
      return streamed;
    }

    @Override
    public void discard(@Nullable Given given) {
      if (given != null) {
        streams.discard(given.stream());
      }
    }
  }
}
