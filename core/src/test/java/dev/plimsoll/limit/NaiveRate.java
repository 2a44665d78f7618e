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
    private BigInteger unit; // the product of all periods

    /**
     * A limit.
     *
     * @param rounding how many nanoseconds a span may be longer than it is, for each limit that it has to do with
     */
    NaiveRate(RateLimit limit, long rounding) {
        this.rounding = rounding;
        this.unit = periodOf(limit);
        limits.add(new Since(0, limit));
    }

    /** From then on another limit counts. */
    void change(long from, RateLimit limit) {
        Since last = limits.get(limits.size() - 1);
        limits.add(new Since(Math.max(from, last.from), limit));
        unit = unit.multiply(periodOf(limit));
    }

    Taken take(long at, long permits) {
        Taken taken = new Taken(at, permits);
        all.add(taken);
        return taken;
    }

    /** Whether one could be added and the bound would still hold. */
    boolean fits(long at, long permits) {
        Taken asked = take(at, permits);
        List<Taken> counted = counted();
        boolean fits = counted.stream()
                .filter(from -> from.at <= at)
                .noneMatch(from -> counted.stream().anyMatch(to -> at <= to.at && isTooMuch(counted, from.at, to.at)));
        all.remove(asked);
        return fits;
    }

    /** The span that has most permits beyond its bound, in words; empty when none has any. */
    String broken() {
        List<Taken> counted = counted();
        for (Taken from : counted) {
            for (Taken to : counted) {
                if (from.at <= to.at && isTooMuch(counted, from.at, to.at)) {
                    return "[" + from.at + ", " + to.at + "] has " + sum(counted, from.at, to.at) + " of " + limits;
                }
            }
        }
        return "";
    }

    private List<Taken> counted() {
        return all.stream().filter(taken -> !taken.isBack).toList();
    }

    private static long sum(List<Taken> counted, long from, long to) {
        long sum = 0;
        for (Taken taken : counted) {
            sum += taken.at >= from && taken.at <= to ? taken.permits : 0;
        }
        return sum;
    }

    private static BigInteger periodOf(RateLimit limit) {
        return BigInteger.valueOf(limit.per().toNanos());
    }

    /** Whether a span has more than the largest burst that counts in it, and more beyond it than its rates allow. */
    private boolean isTooMuch(List<Taken> counted, long from, long to) {
        long burst = 0;
        for (int i = 0; i < limits.size(); i++) {
            if (overlap(i, from, to) >= 0) {
                burst = Math.max(burst, limits.get(i).limit.capacity());
            }
        }
        long beyond = sum(counted, from, to) - burst;
        return beyond > 0 && BigInteger.valueOf(beyond).multiply(unit).compareTo(allowed(from, to)) > 0;
    }

    /* In permits times the product of all periods, so that nothing is rounded. */
    private BigInteger allowed(long from, long to) {
        BigInteger allowed = BigInteger.ZERO;
        for (int i = 0; i < limits.size(); i++) {
            RateLimit limit = limits.get(i).limit;
            long overlap = overlap(i, from, to);
            if (overlap >= 0) {
                allowed = allowed.add(BigInteger.valueOf(overlap + rounding)
                        .multiply(BigInteger.valueOf(limit.permits()))
                        .multiply(unit.divide(periodOf(limit))));
            }
        }
        return allowed;
    }

    private long overlap(int which, long from, long to) {
        long end = which + 1 < limits.size() ? limits.get(which + 1).from : Long.MAX_VALUE;
        return Math.min(to, end) - Math.max(from, limits.get(which).from);
    }
}
