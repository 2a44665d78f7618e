package dev.plimsoll.cli.amplification;

import java.time.Duration;

/**
 * What is measured.
 *
 * @param rate offered calls a second, where there are budgets
 * @param window of each budget
 * @param windows for how many of them calls are offered
 * @param storm how many calls are offered where there are no budgets
 */
record Settings(int rate, Duration window, int windows, int storm) {

    /** How many calls are offered where there are budgets. */
    int calls() {
        return Math.toIntExact(rate * (windows * window.toMillis()) / 1000);
    }

    /** About how long it takes, most of it where there are budgets. */
    long seconds() {
        return 2L * windows * window.toSeconds() + 5;
    }
}
