package dev.vast4j.local.fleet;

import java.net.URI;

/**
 * What the parts of an engine need from it. Everything but the times requires the engine's lock.
 */
public interface EngineServices {
  /** {@return seconds since the epoch, by the clock for decisions} */
  double now();

  /** {@return real seconds, for what depends on processes and connections} */
  double elapsed();

  /** {@return the URL that the engine listens at} */
  URI url();

  /** {@return the most workers of one endpoint that this machine may run} */
  int workerCap();

  WorkerHost host();

  /** {@return a new id, unique in the engine} */
  long newId();

  /** {@return a new secret} */
  String newKey(String kind);

  /** Reports a change to the state kept on disk. */
  void changed();
}
