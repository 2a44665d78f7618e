package dev.plimsoll.bulkhead;

import dev.plimsoll.call.Event;
import java.time.Duration;

/**
 * Work whose caller had given up has been running on for as long as {@link BulkheadConfig.Builder#abandonAfter} allows:
 * exactly one of these for each such work. Told on another thread than any call's.
 *
 * <p><b>Threading:</b> immutable.
 *
 * @param dependency the bulkhead's name
 * @param abandoned how many there are by now, this one included, and not those that have ended
 * @param after how long ago its caller gave up
 * @param released whether its permit was given back, although it may still be running
 */
public record WorkAbandoned(String dependency, int abandoned, Duration after, boolean released) implements Event {}
