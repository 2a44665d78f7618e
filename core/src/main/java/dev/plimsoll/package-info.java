/** The guard around one dependency, and what it answers. Composes the mechanisms; no other package knows this one. */
@NullMarked
package dev.plimsoll;

import org.jspecify.annotations.NullMarked;
