package dev.plimsoll.timeout;

import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Usual timeouts by kind of operation: how long to wait for a connection, and how long for the answer. A start where
 * nothing has been measured yet; the 99th percentile of the dependency is better.
 *
 * <p>The read part is an attempt timeout. The connect part is for adapters and clients to enforce, which know when there is
 * a connection.
 */
@SuppressWarnings("exports") // the null annotations are optional for who uses this module
public enum TimeoutPreset {

    /** Is it alive? Connect 500 ms, read 1 s. */
    HEALTH_CHECK(Duration.ofMillis(500), Duration.ofSeconds(1), Duration.ofSeconds(1)),
    /** A look into a cache, which is to be faster than what it caches. Connect 100 ms, read 500 ms. */
    CACHE_READ(Duration.ofMillis(100), Duration.ofMillis(500), Duration.ofMillis(500)),
    /** A query. Connect 1 s, read 5 s; up to 30 s for those that are known to be long. */
    DATABASE_QUERY(Duration.ofSeconds(1), Duration.ofSeconds(5), Duration.ofSeconds(30)),
    /** A call of a service of one's own. Connect 1 s, read 5 s. */
    INTERNAL_CALL(Duration.ofSeconds(1), Duration.ofSeconds(5), Duration.ofSeconds(5)),
    /** A call of somebody else's service. Connect 5 s, read 30 s. */
    EXTERNAL_API(Duration.ofSeconds(5), Duration.ofSeconds(30), Duration.ofSeconds(30)),
    /** An upload. Connect 5 s, read 5 min. */
    FILE_UPLOAD(Duration.ofSeconds(5), Duration.ofMinutes(5), Duration.ofMinutes(5)),
    /** Work of hours: no time says that it hangs, a heartbeat timeout does. Neither. */
    BATCH(null, null, null);

    private final @Nullable Duration connect;
    private final @Nullable Duration read;
    private final @Nullable Duration longestRead;

    TimeoutPreset(@Nullable Duration connect, @Nullable Duration read, @Nullable Duration longestRead) {
        this.connect = connect;
        this.read = read;
        this.longestRead = longestRead;
    }

    /**
     * How long to wait for a connection.
     *
     * @return empty for no limit
     */
    public Optional<Duration> connect() {
        return Optional.ofNullable(connect);
    }

    /**
     * How long to wait for the answer.
     *
     * @return empty for no limit
     */
    public Optional<Duration> read() {
        return Optional.ofNullable(read);
    }

    /**
     * How long to wait for an answer that is known to take long.
     *
     * @return as long as {@link #read()} where the kind knows no such answers; empty for no limit
     */
    public Optional<Duration> longestRead() {
        return Optional.ofNullable(longestRead);
    }
}
