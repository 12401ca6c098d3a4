/**
 * Assets in the user's own S3 bucket: which are there, bringing those that are not, and where a
 * worker gets them. All that needs the AWS SDK, which a program without assets does without. Read
 * {@link dev.vast4j.internal.assets.AssetBucket} first.
 */
@NullMarked
package dev.vast4j.internal.assets;

import org.jspecify.annotations.NullMarked;
