/** Finding out how dependencies do: by asking, by listening, by measuring, and by looking at what they answer. */
@NullMarked
package dev.plimsoll.health;

import org.jspecify.annotations.NullMarked;
