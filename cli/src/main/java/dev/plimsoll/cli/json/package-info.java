/** What the program says to other programs: JSON objects, one on a line. */
@NullMarked
package dev.plimsoll.cli.json;

import org.jspecify.annotations.NullMarked;
