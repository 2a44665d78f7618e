/** The circuit breaker: stops calling what fails, and finds out by itself when it works again. */
@org.jspecify.annotations.NullMarked
package dev.plimsoll.breaker;
