/** Calls a URL through a guard, over and over, and shows what the guard does: {@code plimsoll watch}. */
@NullMarked
package dev.plimsoll.cli.watch;

import org.jspecify.annotations.NullMarked;
