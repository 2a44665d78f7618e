/** The bulkhead: at most so many calls of one dependency at once, so that it cannot sink the others. */
@NullMarked
package dev.plimsoll.bulkhead;

import org.jspecify.annotations.NullMarked;
