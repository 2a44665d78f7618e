/** Retries: when to try again, and when not to. */
@org.jspecify.annotations.NullMarked
package dev.plimsoll.retry;
