/** {@code plimsoll overload}: what too much load does to a service of known capacity, by what stands at its door. */
@NullMarked
package dev.plimsoll.cli.overload;

import org.jspecify.annotations.NullMarked;
