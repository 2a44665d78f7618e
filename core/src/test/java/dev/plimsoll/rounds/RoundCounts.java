package dev.plimsoll.rounds;

/**
 * How the tests of some classes went.
 *
 * @param passed how many passed
 * @param failed how many did not, containers included
 * @param skipped how many were not run
 * @param millis how long they took together
 */
record RoundCounts(long passed, long failed, long skipped, long millis) {

    static final RoundCounts NONE = new RoundCounts(0, 0, 0, 0);

    RoundCounts plus(RoundCounts other) {
        return new RoundCounts(
                passed + other.passed, failed + other.failed, skipped + other.skipped, millis + other.millis);
    }

    /** As one line of words. */
    String line() {
        return passed + " " + failed + " " + skipped + " " + millis;
    }

    static RoundCounts parse(String line) {
        String[] words = line.split(" ", -1);
        return new RoundCounts(
                Long.parseLong(words[0]), Long.parseLong(words[1]), Long.parseLong(words[2]), Long.parseLong(words[3]));
    }
}
