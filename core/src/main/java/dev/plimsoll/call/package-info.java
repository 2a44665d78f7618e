/** The vocabulary of a call: what every mechanism and both engines speak. */
@org.jspecify.annotations.NullMarked
package dev.plimsoll.call;
