/** How many retries and hedges a dependency may get, so that they never become a storm. */
@org.jspecify.annotations.NullMarked
package dev.plimsoll.budget;
