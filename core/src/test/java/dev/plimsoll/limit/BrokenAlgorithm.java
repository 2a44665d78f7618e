package dev.plimsoll.limit;

import java.time.Duration;

/** An algorithm of a user's that does not work, in one way or another. It wants to learn from each call. */
public final class BrokenAlgorithm implements LimitAlgorithm {

    private enum Way {
        STILLBORN,
        NOWHERE,
        BOUNDLESS,
        THROWING
    }

    private final Way way;
    private final int limit;
    private final Throwable thrown;

    private BrokenAlgorithm(Way way, int limit, Throwable thrown) {
        this.way = way;
        this.limit = limit;
        this.thrown = thrown;
    }

    /** Cannot begin at all. */
    public static LimitAlgorithm stillborn() {
        return new BrokenAlgorithm(Way.STILLBORN, 1, new IllegalStateException("not today"));
    }

    /** Begins as nothing. */
    static LimitAlgorithm nowhere() {
        return new BrokenAlgorithm(Way.NOWHERE, 1, new IllegalStateException("never begun"));
    }

    /** Always says a thousand, whatever the bounds are. */
    static LimitAlgorithm boundless() {
        return new BrokenAlgorithm(Way.BOUNDLESS, 1_000, new IllegalStateException("never thrown"));
    }

    /** Begins as it should, and throws this whenever it is to learn: an exception that is not checked, or an error. */
    public static LimitAlgorithm throwing(Throwable thrown) {
        return new BrokenAlgorithm(Way.THROWING, 1, thrown);
    }

    private RuntimeException fault() {
        if (thrown instanceof Error error) {
            throw error;
        }
        return (RuntimeException) thrown;
    }

    @Override
    @SuppressWarnings("NullAway") // as of callers that are not checked
    public LimitAlgorithm startingAt(int start, int min, int max) {
        return switch (way) {
            case STILLBORN -> throw fault();
            case NOWHERE -> null;
            case BOUNDLESS -> this;
            case THROWING -> new BrokenAlgorithm(way, start, thrown);
        };
    }

    @Override
    public int limit() {
        return limit;
    }

    @Override
    public LimitAlgorithm next(LimitSample sample) {
        if (way == Way.THROWING) {
            throw fault();
        }
        return this;
    }

    @Override
    public int calls() {
        return 1;
    }

    @Override
    public Duration span() {
        return Duration.ZERO;
    }

    @Override
    public String name() {
        return "broken";
    }

    @Override
    public String explain() {
        return "nothing";
    }
}
