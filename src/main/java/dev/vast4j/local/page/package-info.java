/**
 * The engine's web page. Read {@link dev.vast4j.local.page.Page} first; the page itself is in the
 * resources beside it.
 */
@NullMarked
package dev.vast4j.local.page;

import org.jspecify.annotations.NullMarked;
