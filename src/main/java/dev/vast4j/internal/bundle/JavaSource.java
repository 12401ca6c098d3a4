package dev.vast4j.internal.bundle;

import dev.vast4j.Classpath;
import dev.vast4j.Image;
import java.util.List;

/**
 * Java classes and the manifest that says which of them are served.
 *
 * @param classpath where the classes are
 * @param served classes that the worker loads, which therefore have to travel
 * @param manifest the text of {@code vast4j/manifest.json}
 * @param image says which Java runtime runs them, and with which arguments
 * @param assets what a worker fetches from elsewhere before it starts
 */
public record JavaSource(
    Classpath classpath,
    List<Class<?>> served,
    String manifest,
    Image image,
    List<AssetEntry> assets)
    implements BundleSource {

  /** Copies the lists. */
  public JavaSource {
    served = List.copyOf(served);
    assets = List.copyOf(assets);
  }
}
