/**
 * Assets in the user's own S3 bucket: finds the missing ones, uploads them, and signs links for
 * workers. Everything that needs the AWS SDK, which a program without assets does not need. Read
 * {@link dev.vast4j.internal.assets.AssetBucket} first.
 */
@NullMarked
package dev.vast4j.internal.assets;

import org.jspecify.annotations.NullMarked;
