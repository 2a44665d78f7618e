/** The page in a browser that a command opens while it plays. */
@NullMarked
package dev.plimsoll.cli.page;

import org.jspecify.annotations.NullMarked;
