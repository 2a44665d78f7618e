/** Runs the tests of interleavings, which stand in the packages of what they test. */
@NullMarked
package dev.plimsoll.bench.stress;

import org.jspecify.annotations.NullMarked;
