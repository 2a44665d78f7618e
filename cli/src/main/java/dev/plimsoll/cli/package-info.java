/** The {@code plimsoll} program: one command line, one class per subcommand. */
@NullMarked
package dev.plimsoll.cli;

import org.jspecify.annotations.NullMarked;
