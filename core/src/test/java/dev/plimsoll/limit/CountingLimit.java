package dev.plimsoll.limit;

import java.time.Duration;

/**
 * An algorithm that takes down what its windows have seen, and says the same limit for ever. So a test can compare what
 * the windows saw with what there was.
 *
 * @param limit what it says
 * @param ended calls that were in a window
 * @param dropped those of them that were dropped
 * @param refused calls that were refused
 */
public record CountingLimit(int limit, long ended, long dropped, long refused) implements LimitAlgorithm {

    /** One that has seen nothing. */
    public static final CountingLimit NEW = new CountingLimit(0, 0, 0, 0);

    /** How many calls make a window; with so many more of them, every call before is in one. */
    public static final int WINDOW = 7;

    /** What the windows have seen so far. */
    public record Seen(long ended, long dropped, long refused) {}

    /** What the windows of a limit that counts have seen so far. */
    public static Seen seenBy(ConcurrencyLimit limit) {
        String[] words = limit.snapshot().explained().split(" ", -1);
        return new Seen(Long.parseLong(words[0]), Long.parseLong(words[2]), Long.parseLong(words[4]));
    }

    @Override
    public LimitAlgorithm startingAt(int start, int min, int max) {
        return new CountingLimit(start, 0, 0, 0);
    }

    @Override
    public LimitAlgorithm next(LimitSample sample) {
        return new CountingLimit(limit, ended + sample.calls(), dropped + sample.drops(), refused + sample.refused());
    }

    @Override
    public int calls() {
        return WINDOW;
    }

    @Override
    public Duration span() {
        return Duration.ZERO;
    }

    @Override
    public String name() {
        return "counting";
    }

    @Override
    public String explain() {
        return ended + " calls, " + dropped + " drops, " + refused + " refused";
    }
}
