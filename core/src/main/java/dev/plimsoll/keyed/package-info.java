/** One of something for each key, at most so many. */
@NullMarked
package dev.plimsoll.keyed;

import org.jspecify.annotations.NullMarked;
