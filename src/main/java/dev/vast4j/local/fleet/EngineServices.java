package dev.vast4j.local.fleet;

import java.net.URI;

/** What the parts of an engine need of the whole. All but the times is for the lock's holder. */
public interface EngineServices {
  /** Seconds since the epoch, by the clock that decisions go by. */
  double now();

  /** Seconds that really pass, for what depends on processes and connections. */
  double elapsed();

  /** Where the engine listens. */
  URI url();

  /** The most workers of one endpoint that this machine may run. */
  int workerCap();

  WorkerHost host();

  /** Makes up an id, unique in the engine. */
  long newId();

  /** Makes up a secret. */
  String newKey(String kind);

  /** Says that something that is kept on disk has changed. */
  void changed();
}
