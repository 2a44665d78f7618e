/** A real HTTP service that can be made to fail and to be slow: {@code plimsoll flaky}. */
@NullMarked
package dev.plimsoll.cli.flaky;

import org.jspecify.annotations.NullMarked;
