/** A live page that says why calls are refused, and lets an operator steer; embedded in any process. */
@NullMarked
package dev.plimsoll.console;

import org.jspecify.annotations.NullMarked;
