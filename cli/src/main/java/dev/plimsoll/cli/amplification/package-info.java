/** {@code plimsoll amplification}: what retries of five layers do to the service at the bottom, with budgets and without. */
@NullMarked
package dev.plimsoll.cli.amplification;

import org.jspecify.annotations.NullMarked;
