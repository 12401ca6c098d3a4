package dev.vast4j.internal.call;

import dev.vast4j.api.Connection;
import dev.vast4j.internal.http.Timing;
import dev.vast4j.internal.http.Transport;
import dev.vast4j.observe.CallObserver;

/**
 * What all calls of one deployment share.
 *
 * @param transport HTTP clients, threads and time
 * @param keys the endpoint's name and key
 * @param version the version that is called
 * @param router asks the engine for workers
 * @param dialects what workers announced
 * @param failures rebuilds the exceptions that functions threw
 * @param observer told about every call
 * @param timeouts used by calls whose options have none
 * @param waitNotice logs that calls wait
 * @param inFlight what closing the deployment ends
 * @param failedWorkers what workers in error printed last
 */
record CallContext(
    Transport transport,
    EndpointKeys keys,
    ClientVersion version,
    Router router,
    WorkerDialects dialects,
    RemoteFailures failures,
    CallObserver observer,
    Timeouts timeouts,
    WaitNotice waitNotice,
    InFlight inFlight,
    FailedWorkers failedWorkers) {

  static CallContext of(
      Connection connection,
      EndpointKeys keys,
      CallTarget target,
      CallObserver observer,
      Timeouts timeouts,
      FailedWorkers failedWorkers) {
    return new CallContext(
        connection.transport(),
        keys,
        new ClientVersion(target.versions(), connection.transport()),
        new Router(connection),
        new WorkerDialects(target.dialect()),
        new RemoteFailures(target.exceptions()),
        observer,
        timeouts,
        new WaitNotice(),
        new InFlight(connection.transport()),
        failedWorkers);
  }

  /** Returns a context with another observer that shares everything else. */
  CallContext observedBy(CallObserver other) {
    return new CallContext(
        transport,
        keys,
        version,
        router,
        dialects,
        failures,
        other,
        timeouts,
        waitNotice,
        inFlight,
        failedWorkers);
  }

  Timing timing() {
    return transport.timing();
  }
}
