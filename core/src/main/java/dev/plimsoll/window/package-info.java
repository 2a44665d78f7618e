/** Rolling counts of how calls ended: by all time, by the last span of time, by the last so many calls. */
@org.jspecify.annotations.NullMarked
package dev.plimsoll.window;
