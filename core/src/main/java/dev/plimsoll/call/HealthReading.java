package dev.plimsoll.call;

import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * What somebody says about a dependency's health at one moment.
 *
 * @param dependency the dependency's name
 * @param source who says so, such as "health check"; of several together, those that were decisive
 * @param status how it does
 * @param reason why, for people, with the numbers
 * @param since how long the status has been this one; zero where that is not known
 * @param p99 what 99 of 100 answers stayed below; empty for who does not know
 * @param errorRate the share of calls that failed, 0 … 1; empty for who does not know
 */
public record HealthReading(
        String dependency,
        String source,
        HealthStatus status,
        String reason,
        Duration since,
        Optional<Duration> p99,
        OptionalDouble errorRate) {

    /** Checks that everything is there. */
    public HealthReading {
        Objects.requireNonNull(dependency, "dependency");
        Objects.requireNonNull(source, "source");
        Objects.requireNonNull(status, "status");
        Objects.requireNonNull(reason, "reason");
        Objects.requireNonNull(since, "since");
        Objects.requireNonNull(p99, "p99");
        Objects.requireNonNull(errorRate, "errorRate");
    }

    /**
     * A reading without numbers.
     *
     * @param dependency the dependency's name
     * @param source who says so
     * @param status how it does
     * @param reason why
     * @return a new one whose beginning is not known
     */
    public static HealthReading of(String dependency, String source, HealthStatus status, String reason) {
        return new HealthReading(
                dependency, source, status, reason, Duration.ZERO, Optional.empty(), OptionalDouble.empty());
    }
}
