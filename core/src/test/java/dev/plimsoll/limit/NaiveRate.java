package dev.plimsoll.limit;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;

/**
 * What a rate limit means, word for word: in no span of time, however short or long, do more permits have their turns
 * than rate · span + burst. It keeps every turn and looks at every span.
 */
final class NaiveRate {

    /** So many permits at an instant, by nanoseconds since the origin; counted until they are taken back. */
    static final class Taken {
        final long at;
        final long permits;
        boolean isBack;

        Taken(long at, long permits) {
            this.at = at;
            this.permits = permits;
        }
    }

    /** From an instant on this limit counts. */
    private record Since(long from, RateLimit limit) {}

    private final List<Since> limits = new ArrayList<>();
    private final long rounding;
    private final List<Taken> all = new ArrayList<>();

    /**
     * A limit.
     *
     * @param rounding how many nanoseconds a span may be longer than it is, for each limit that it has to do with
     */
    NaiveRate(RateLimit limit, long rounding) {
        this.rounding = rounding;
        limits.add(new Since(0, limit));
    }

    /** From then on another limit counts. */
    void change(long from, RateLimit limit) {
        Since last = limits.get(limits.size() - 1);
        limits.add(new Since(Math.max(from, last.from), limit));
    }

    Taken take(long at, long permits) {
        Taken taken = new Taken(at, permits);
        all.add(taken);
        return taken;
    }

    /** Whether one could be added and the bound would still hold. */
    boolean fits(long at, long permits) {
        Taken asked = take(at, permits);
        boolean fits = true;
        for (Taken from : counted()) {
            for (Taken to : counted()) {
                if (from.at <= at && at <= to.at && excess(from.at, to.at).signum() > 0) {
                    fits = false;
                }
            }
        }
        all.remove(asked);
        return fits;
    }

    /** The span that has most permits beyond its bound, in words; empty when none has any. */
    String broken() {
        for (Taken from : counted()) {
            for (Taken to : counted()) {
                if (from.at <= to.at && excess(from.at, to.at).signum() > 0) {
                    return "[" + from.at + ", " + to.at + "] has " + sum(from.at, to.at) + " of " + limits;
                }
            }
        }
        return "";
    }

    private List<Taken> counted() {
        return all.stream().filter(taken -> !taken.isBack).toList();
    }

    private long sum(long from, long to) {
        return counted().stream()
                .filter(taken -> taken.at >= from && taken.at <= to)
                .mapToLong(taken -> taken.permits)
                .sum();
    }

    /* In permits times the product of all periods, so that nothing is rounded. */
    private BigInteger excess(long from, long to) {
        BigInteger unit = BigInteger.ONE;
        for (Since each : limits) {
            unit = unit.multiply(BigInteger.valueOf(each.limit.per().toNanos()));
        }
        BigInteger allowed = BigInteger.ZERO;
        long burst = 0;
        for (int i = 0; i < limits.size(); i++) {
            Since each = limits.get(i);
            long end = i + 1 < limits.size() ? limits.get(i + 1).from : Long.MAX_VALUE;
            long overlap = Math.min(to, end) - Math.max(from, each.from);
            if (overlap >= 0) {
                burst = Math.max(burst, each.limit.capacity());
                allowed = allowed.add(BigInteger.valueOf(overlap + rounding)
                        .multiply(BigInteger.valueOf(each.limit.permits()))
                        .multiply(
                                unit.divide(BigInteger.valueOf(each.limit.per().toNanos()))));
            }
        }
        return BigInteger.valueOf(sum(from, to) - burst).multiply(unit).subtract(allowed);
    }
}
