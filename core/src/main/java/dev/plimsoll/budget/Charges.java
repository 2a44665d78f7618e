package dev.plimsoll.budget;

/**
 * The retries of the latest buckets, as one immutable value.
 *
 * <p>It remembers {@code buckets.length} epochs up to {@code newest}; epoch e is at e modulo that length.
 *
 * <p><b>Threading:</b> immutable; the array is never written once the constructor has run.
 */
final class Charges {
    private final long newest;
    private final long[] buckets;
    private final long sum;

    private Charges(long newest, long[] buckets) {
        this.newest = newest;
        this.buckets = buckets;
        long all = 0;
        for (long bucket : buckets) {
            all += bucket;
        }
        this.sum = all;
    }

    /** No retries, in so many buckets. */
    static Charges none(int buckets) {
        return new Charges(0, new long[buckets]);
    }

    /** How many retries the latest buckets hold if the newest is the epoch's; an epoch that is past counts as newest. */
    long sumAt(long epoch) {
        long left = sum;
        for (long gone = oldest(newest); gone < oldest(epoch) && gone <= newest; gone++) {
            left -= buckets[place(gone)];
        }
        return left;
    }

    /** One retry more in the epoch's bucket, or in the oldest when that is forgotten already. */
    Charges plus(long epoch) {
        long[] next = buckets.clone();
        for (long gone = oldest(newest); gone < oldest(epoch) && gone <= newest; gone++) {
            next[place(gone)] = 0;
        }
        long end = Math.max(newest, epoch);
        next[place(Math.max(epoch, oldest(end)))]++;
        return new Charges(end, next);
    }

    /** One retry less in the epoch's bucket; this very object when that has none, or is forgotten. */
    Charges minus(long epoch) {
        if (epoch > newest || epoch < oldest(newest) || epoch < 0 || buckets[place(epoch)] == 0) {
            return this;
        }
        long[] next = buckets.clone();
        next[place(epoch)]--;
        return new Charges(newest, next);
    }

    /** The oldest epoch that is remembered if {@code end} is the newest; below zero at the beginning. */
    private long oldest(long end) {
        return end - buckets.length + 1;
    }

    private int place(long epoch) {
        return (int) Math.floorMod(epoch, (long) buckets.length);
    }
}
