package dev.plimsoll.health;

import dev.plimsoll.call.HealthReading;
import dev.plimsoll.call.HealthStatus;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.Collectors;

/**
 * What several readings of one dependency come to: the worst status and the worst numbers. A pure function.
 *
 * <p><b>Threading:</b> immutable.
 *
 * @param status the worst; UNKNOWN only when all are
 * @param sources who said so
 * @param reason why, each of them
 * @param p99 the longest that is known
 * @param errorRate the highest that is known
 */
record Together(HealthStatus status, String sources, String reason, Optional<Duration> p99, OptionalDouble errorRate) {

    static Together of(List<HealthReading> readings) {
        HealthStatus worst =
                readings.stream().map(HealthReading::status).reduce(HealthStatus.UNKNOWN, HealthStatus::orWorse);
        List<HealthReading> decisive =
                readings.stream().filter(each -> each.status() == worst).toList();
        return new Together(
                worst,
                decisive.stream().map(HealthReading::source).distinct().collect(Collectors.joining(", ")),
                decisive.stream()
                        .map(each -> each.source() + ": " + each.reason())
                        .collect(Collectors.joining("; ")),
                readings.stream().flatMap(each -> each.p99().stream()).max(Comparator.naturalOrder()),
                readings.stream()
                        .flatMapToDouble(each -> each.errorRate().stream())
                        .max());
    }
}
