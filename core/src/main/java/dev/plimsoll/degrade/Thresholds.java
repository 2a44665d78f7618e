package dev.plimsoll.degrade;

import dev.plimsoll.time.Time;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;

/**
 * From the health of all dependencies to a level: a pure function. The error rate and the latency are the means over the
 * dependencies. The best level holds whose bounds are all kept.
 *
 * <p><b>Threading:</b> immutable.
 *
 * @param normal bounds of {@link Level#NORMAL}: nobody unhealthy, below 1 % errors, below 100 ms, unless said
 * @param degraded bounds of {@link Level#DEGRADED}: at most 2 unhealthy, below 5 %, unless said
 * @param minimal bounds of {@link Level#MINIMAL}: at most 4 unhealthy, below 20 %, unless said
 */
public record Thresholds(Bounds normal, Bounds degraded, Bounds minimal) {

    /**
     * What a level bears.
     *
     * @param unhealthy so many dependencies that cannot be used, 0 or more
     * @param errorRate a mean error rate below this, above 0 and at most 1.01: above 1 for any
     * @param p99 a mean latency below this, longer than zero; {@link #ANY} for any
     */
    public record Bounds(int unhealthy, double errorRate, Duration p99) {

        boolean hold(Summary summary) {
            return summary.unhealthy.size() <= unhealthy
                    && summary.errorRate < errorRate
                    && (p99.equals(ANY) || summary.p99Nanos < Time.nanos(p99));
        }

        private List<String> problems() {
            dev.plimsoll.call.ConfigurationException.Check check =
                    new dev.plimsoll.call.ConfigurationException.Check("bounds");
            check.atLeast("unhealthy", unhealthy, 0);
            check.within("errorRate", errorRate, 0, MOST_ERRORS);
            if (check.given("p99", p99)) {
                check.positive("p99", p99);
            }
            return check.problems();
        }
    }

    /** As a bound: any latency. */
    public static final Duration ANY = Duration.ofNanos(Time.LONGEST);

    /** The defaults. */
    public static final Thresholds DEFAULTS = new Thresholds(
            new Bounds(0, 0.01, Duration.ofMillis(100)), new Bounds(2, 0.05, ANY), new Bounds(4, 0.20, ANY));

    private static final double MOST_ERRORS = 1.01;

    /**
     * Names what {@link Level#NORMAL} bears.
     *
     * @param unhealthy at most so many dependencies that cannot be used
     * @param errorRate a mean error rate below this
     * @param p99 a mean latency below this
     * @return with these bounds
     */
    public Thresholds normal(int unhealthy, double errorRate, Duration p99) {
        return new Thresholds(new Bounds(unhealthy, errorRate, p99), degraded, minimal);
    }

    /**
     * Names what {@link Level#DEGRADED} bears.
     *
     * @param unhealthy at most so many dependencies that cannot be used
     * @param errorRate a mean error rate below this
     * @return with these bounds
     */
    public Thresholds degraded(int unhealthy, double errorRate) {
        return new Thresholds(normal, new Bounds(unhealthy, errorRate, ANY), minimal);
    }

    /**
     * Names what {@link Level#MINIMAL} bears.
     *
     * @param unhealthy at most so many dependencies that cannot be used
     * @param errorRate a mean error rate below this
     * @return with these bounds
     */
    public Thresholds minimal(int unhealthy, double errorRate) {
        return new Thresholds(normal, degraded, new Bounds(unhealthy, errorRate, ANY));
    }

    List<String> problems() {
        dev.plimsoll.call.ConfigurationException.Check check =
                new dev.plimsoll.call.ConfigurationException.Check("thresholds");
        check.part("normal", normal.problems());
        check.part("degraded", degraded.problems());
        check.part("minimal", minimal.problems());
        return check.problems();
    }

    /**
     * The level that this health calls for.
     *
     * @param all of each dependency once; nobody at all is NORMAL
     * @return the best level whose bounds hold
     */
    public Level levelFor(Collection<DependencyHealth> all) {
        return levelFor(Summary.of(all));
    }

    Level levelFor(Summary summary) {
        if (normal.hold(summary)) {
            return Level.NORMAL;
        }
        if (degraded.hold(summary)) {
            return Level.DEGRADED;
        }
        return minimal.hold(summary) ? Level.MINIMAL : Level.EMERGENCY;
    }

    /**
     * All dependencies together.
     *
     * @param dependencies how many were reported
     * @param unhealthy those of them that cannot be used
     * @param errorRate the mean
     * @param p99Nanos the mean
     */
    record Summary(int dependencies, List<String> unhealthy, double errorRate, double p99Nanos) {

        /** More names than that nobody reads. */
        private static final int MOST_NAMED = 5;

        static Summary of(Collection<DependencyHealth> all) {
            List<String> unhealthy = new ArrayList<>();
            double errors = 0;
            double nanos = 0;
            for (DependencyHealth each : all) {
                if (!each.healthy()) {
                    unhealthy.add(each.name());
                }
                errors += each.errorRate();
                nanos += Time.nanos(each.p99());
            }
            int count = Math.max(1, all.size());
            return new Summary(all.size(), unhealthy, errors / count, nanos / count);
        }

        /** It stands beside other numbers: so it names whom it is about, and says that means are means. */
        @Override
        public String toString() {
            return String.format(
                    Locale.ROOT,
                    "%d of %d reported dependencies unhealthy%s, mean error rate %.2f %%, mean p99 %s",
                    unhealthy.size(),
                    dependencies,
                    names(),
                    100 * errorRate,
                    Time.words(rounded()));
        }

        /** A mean is no more exact than that. */
        private Duration rounded() {
            long micros = Math.round(p99Nanos / 1e3);
            return micros < 1_000 ? Duration.ofNanos(1_000 * micros) : Duration.ofMillis(Math.round(micros / 1e3));
        }

        private String names() {
            if (unhealthy.isEmpty()) {
                return "";
            }
            String first = String.join(", ", unhealthy.subList(0, Math.min(MOST_NAMED, unhealthy.size())));
            int more = unhealthy.size() - MOST_NAMED;
            return " (" + first + (more > 0 ? " and " + more + " more" : "") + ")";
        }
    }
}
