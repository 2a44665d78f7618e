/** The command {@code plimsoll checkout}: one bad day of a shop, measured with guards and without. */
@NullMarked
package dev.plimsoll.cli.checkout;

import org.jspecify.annotations.NullMarked;
