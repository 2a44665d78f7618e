/** The consoles of several processes on one page: {@code plimsoll console}. */
@NullMarked
package dev.plimsoll.cli.console;

import org.jspecify.annotations.NullMarked;
