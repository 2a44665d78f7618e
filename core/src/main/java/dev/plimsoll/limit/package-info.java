/** Limits on how much is under way or begun: the concurrency limit, which finds its own size. */
@NullMarked
package dev.plimsoll.limit;

import org.jspecify.annotations.NullMarked;
