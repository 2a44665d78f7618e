/** The timeouts of attempts, and what they should be. */
@org.jspecify.annotations.NullMarked
package dev.plimsoll.timeout;
