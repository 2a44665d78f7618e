/** Limits that protect what is called: how often per time, and how much at once, which finds its own size. */
@NullMarked
package dev.plimsoll.limit;

import org.jspecify.annotations.NullMarked;
