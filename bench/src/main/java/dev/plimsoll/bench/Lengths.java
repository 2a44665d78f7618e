package dev.plimsoll.bench;

/**
 * How long a virtual machine measures, for each number of threads.
 *
 * @param millis of one iteration
 * @param first at least so many iterations of warm-up on the first number of threads
 * @param warmUp at least so many on each other one, for which most is compiled already
 * @param most at most so many on each, steady or not
 * @param mostLate at most so many when the run is behind its time: then it catches up though nothing becomes steady
 * @param measured iterations that count
 * @param beside seconds of a virtual machine on the development machine: until the first iteration, between runs of JMH, from
 *     the last iteration to the end, and by how much an average warm-up takes longer than the shortest
 */
record Lengths(int millis, int first, int warmUp, int most, int mostLate, int measured, double beside) {

    private static final Lengths FULL = new Lengths(60, 8, 4, 24, 12, 5, 4.9);
    private static final Lengths QUICK = new Lengths(40, 8, 6, 40, 16, 5, 2.1);

    /** For so long is waited until a peer has come to its full speed by other means than the compiler's. */
    private static final int MILLIS_UNTIL_READY = 8_000;

    static Lengths of(boolean quick) {
        return quick ? QUICK : FULL;
    }

    /** How many iterations of warm-up may pass. */
    int most(boolean late, boolean ready) {
        int usual = late ? mostLate : most;
        return ready ? usual : Math.max(usual, MILLIS_UNTIL_READY / millis);
    }

    /** How long a virtual machine takes on an idle machine. */
    double seconds(int threadCounts) {
        int iterations = first + (threadCounts - 1) * warmUp + threadCounts * measured;
        return beside + iterations * millis / 1_000.0;
    }
}
