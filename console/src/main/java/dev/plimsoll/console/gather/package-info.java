/**
 * The streams of several consoles, brought together: who is there, what all of them tell, in the order of their clocks, and
 * what is asked of one of them. Knows nothing of pages.
 */
@NullMarked
package dev.plimsoll.console.gather;

import org.jspecify.annotations.NullMarked;
