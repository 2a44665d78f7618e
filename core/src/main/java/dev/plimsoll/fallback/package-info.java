/**
 * What to answer when a call was refused or failed: a ladder of a slower path, the last good value, a default, and a queue
 * for later, in memory or in files.
 */
@NullMarked
package dev.plimsoll.fallback;

import org.jspecify.annotations.NullMarked;
