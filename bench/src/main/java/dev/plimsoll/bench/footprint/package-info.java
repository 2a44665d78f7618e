/** What guards weigh and how they start: bytes of idle breakers and guards, a million of them, the first call of a process. */
@NullMarked
package dev.plimsoll.bench.footprint;

import org.jspecify.annotations.NullMarked;
