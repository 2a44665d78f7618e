package dev.plimsoll.cli.watch;

import java.net.URI;
import java.time.Duration;
import java.util.Optional;

/**
 * What is watched, and how.
 *
 * @param uri what is asked with GET
 * @param failures how many failures in a row open the circuit
 * @param openFor how long it stays open before a probe
 * @param every from the start of one call to the start of the next
 * @param timeout how long a call may take
 * @param length when to end; empty for never
 */
public record WatchSettings(
        URI uri, int failures, Duration openFor, Duration every, Duration timeout, Optional<Duration> length) {}
