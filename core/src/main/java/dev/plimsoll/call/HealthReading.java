package dev.plimsoll.call;

import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * What somebody says about a dependency's health at one moment.
 *
 * @param dependency the dependency's name: 1 … 64 letters, digits, dots, dashes, underscores
 * @param source who says so, such as "health check"; of several together, those that were decisive
 * @param status how it does
 * @param reason why, for people, with the numbers
 * @param since how long the status has been this one; zero where that is not known
 * @param p99 what 99 of 100 answers stayed below, zero or longer; empty for who does not know
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

    /**
     * Checks that everything is there, and can be.
     *
     * @throws ConfigurationException when the name or a number cannot be
     */
    public HealthReading {
        Objects.requireNonNull(dependency, "dependency");
        Objects.requireNonNull(source, "source");
        Objects.requireNonNull(status, "status");
        Objects.requireNonNull(reason, "reason");
        Objects.requireNonNull(since, "since");
        Objects.requireNonNull(p99, "p99");
        Objects.requireNonNull(errorRate, "errorRate");
        ConfigurationException.Check check = new ConfigurationException.Check("reading of dependency " + dependency);
        check.name(dependency);
        p99.ifPresent(span -> check.that(!span.isNegative(), "p99", "must not be negative", span));
        errorRate.ifPresent(share -> check.that(share >= 0 && share <= 1, "errorRate", "must be 0 … 1", share));
        check.done();
    }

    /**
     * A reading without numbers.
     *
     * @param dependency the dependency's name
     * @param source who says so
     * @param status how it does
     * @param reason why
     * @return a new one whose beginning is not known
     * @throws ConfigurationException when the name cannot be
     */
    public static HealthReading of(String dependency, String source, HealthStatus status, String reason) {
        return new HealthReading(
                dependency, source, status, reason, Duration.ZERO, Optional.empty(), OptionalDouble.empty());
    }
}
