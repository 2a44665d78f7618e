/** The real engines under every kind of fault, on real threads and the real clock, for as long as one likes. */
@NullMarked
package dev.plimsoll.bench.soak;

import org.jspecify.annotations.NullMarked;
