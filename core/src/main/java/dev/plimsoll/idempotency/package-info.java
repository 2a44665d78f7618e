/** Work that is done once for each key, however often it is asked for. */
@NullMarked
package dev.plimsoll.idempotency;

import org.jspecify.annotations.NullMarked;
