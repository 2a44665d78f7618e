/** The timeout of one attempt on its caller's own thread. */
@org.jspecify.annotations.NullMarked
package dev.plimsoll.timeout;
