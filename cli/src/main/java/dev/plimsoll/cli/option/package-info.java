/** What all commands share on their command lines: durations, failures and exit codes. */
@NullMarked
package dev.plimsoll.cli.option;

import org.jspecify.annotations.NullMarked;
