package dev.plimsoll.limit;

/** AIMD that lets something happen each time before it starts, in the place of another thread that is quicker. */
final class SlowStarter implements LimitAlgorithm {

    private final LimitAlgorithm inner = Aimd.published();
    private final Runnable meanwhile;

    SlowStarter(Runnable meanwhile) {
        this.meanwhile = meanwhile;
    }

    @Override
    public LimitAlgorithm startingAt(int start, int min, int max) {
        meanwhile.run();
        return inner.startingAt(start, min, max);
    }

    @Override
    public int limit() {
        return inner.limit();
    }

    @Override
    public LimitAlgorithm next(LimitSample sample) {
        return inner.next(sample);
    }

    @Override
    public String name() {
        return "slow starter";
    }

    @Override
    public String explain() {
        return inner.explain();
    }
}
