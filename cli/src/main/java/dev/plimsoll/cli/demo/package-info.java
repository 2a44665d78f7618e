/** The bad day of a service from beginning to end, in one process: {@code plimsoll demo}. */
@NullMarked
package dev.plimsoll.cli.demo;

import org.jspecify.annotations.NullMarked;
