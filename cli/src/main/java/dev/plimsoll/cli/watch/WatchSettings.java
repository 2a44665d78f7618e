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
 * @param look what it is called, and where else it can be seen
 */
public record WatchSettings(
        URI uri,
        int failures,
        Duration openFor,
        Duration every,
        Duration timeout,
        Optional<Duration> length,
        Look look) {

    /**
     * A watch by itself, without a page.
     *
     * @param uri what is asked with GET
     * @param failures how many failures in a row open the circuit
     * @param openFor how long it stays open before a probe
     * @param every from the start of one call to the start of the next
     * @param timeout how long a call may take
     * @param length when to end; empty for never
     */
    public WatchSettings(
            URI uri, int failures, Duration openFor, Duration every, Duration timeout, Optional<Duration> length) {
        this(uri, failures, openFor, every, timeout, length, Look.PLAIN);
    }

    /**
     * What a watch is called, and where else it can be seen.
     *
     * @param guard the name of its guard
     * @param page a page that shows it as well; empty for none
     * @param ending how it ends, in one sentence
     */
    public record Look(String guard, Optional<URI> page, String ending) {

        /** Of a watch by itself. */
        public static final Look PLAIN = new Look("watched", Optional.empty(), "Ctrl-C ends the watch.");
    }
}
