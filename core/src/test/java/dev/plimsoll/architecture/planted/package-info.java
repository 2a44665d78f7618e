/**
 * A small house that breaks every rule of the real one, and exists so that the rules can be seen to fail. Nothing here
 * is ever run.
 */
@NullMarked
package dev.plimsoll.architecture.planted;

import org.jspecify.annotations.NullMarked;
