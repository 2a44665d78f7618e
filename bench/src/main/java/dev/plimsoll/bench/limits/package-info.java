/** How limits behave under overload: the real ones, on a simulated client and server. */
@NullMarked
package dev.plimsoll.bench.limits;

import org.jspecify.annotations.NullMarked;
