package dev.plimsoll.degrade;

import dev.plimsoll.call.ConfigurationException;
import dev.plimsoll.call.HealthReading;
import dev.plimsoll.call.HealthStatus;
import java.time.Duration;
import java.util.Collection;
import java.util.List;

/**
 * How a dependency does.
 *
 * @param name the dependency's: 1 … 64 letters, digits, dots, dashes, underscores
 * @param healthy whether it can be used at all; false when its circuit is open, for instance
 * @param p99 what 99 of 100 calls stay below, zero or longer
 * @param errorRate the share of calls that fail, 0 … 1
 */
public record DependencyHealth(String name, boolean healthy, Duration p99, double errorRate) {

    /**
     * Checks the parts.
     *
     * @throws ConfigurationException when one of them cannot be
     */
    public DependencyHealth {
        ConfigurationException.Check check = new ConfigurationException.Check("health of dependency " + name);
        check.name(name);
        if (check.given("p99", p99)) {
            check.that(!p99.isNegative(), "p99", "must not be negative", p99);
        }
        check.that(errorRate >= 0 && errorRate <= 1, "errorRate", "must be 0 … 1", errorRate);
        check.done();
    }

    /** Of those readings that know anything: unhealthy is who cannot be used, who is degraded counts by its numbers. */
    static List<DependencyHealth> known(Collection<HealthReading> all) {
        return all.stream()
                .filter(each -> each.status() != HealthStatus.UNKNOWN)
                .map(each -> new DependencyHealth(
                        each.dependency(),
                        each.status() != HealthStatus.UNHEALTHY,
                        each.p99().orElse(Duration.ZERO),
                        each.errorRate().orElse(0)))
                .toList();
    }
}
