package dev.vast4j.internal.assets;

import java.net.URI;
import org.jspecify.annotations.Nullable;

/**
 * Which bucket, and how to reach it.
 *
 * @param bucket its name
 * @param prefix what keys begin with; empty, or with a slash at its end
 * @param endpoint the service's URL, or null for AWS's own or the environment's
 * @param region its region, or null for the environment's
 * @param pathStyle whether the bucket's name is in the path instead of the host name; null for what
 *     suits the endpoint
 * @param credentials what the deploy signs with, or null for the environment's
 * @param workerKey what workers sign with, or null for links signed by the deploy
 */
public record BucketSettings(
    String bucket,
    String prefix,
    @Nullable URI endpoint,
    @Nullable String region,
    @Nullable Boolean pathStyle,
    @Nullable KeyPair credentials,
    @Nullable KeyPair workerKey) {

  /**
   * An access key.
   *
   * @param id its id
   * @param secret the key itself
   */
  public record KeyPair(String id, String secret) {
    @Override
    public String toString() {
      return "KeyPair[…]";
    }
  }
}
