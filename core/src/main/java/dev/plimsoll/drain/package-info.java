/** Drain: a service that goes down takes no new work and finishes what it has. */
@NullMarked
package dev.plimsoll.drain;

import org.jspecify.annotations.NullMarked;
