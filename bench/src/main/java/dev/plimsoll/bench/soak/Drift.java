package dev.plimsoll.bench.soak;

import java.util.ArrayList;
import java.util.List;

/**
 * In how much Plimsoll's numbers differ from what is known without them.
 *
 * <p><b>Threading:</b> for one thread.
 */
final class Drift {

    private final List<String> lines = new ArrayList<>();
    private long counters;
    private long events;

    /** A number that Plimsoll keeps. */
    void counter(String what, long known, long counted) {
        counters += difference("counter: " + what, known, counted);
    }

    /** How often observers were told. */
    void event(String what, long known, long told) {
        events += difference("event: " + what, known, told);
    }

    private long difference(String what, long known, long other) {
        if (known != other) {
            lines.add(what + ": " + other + ", should be " + known);
        }
        return Math.abs(known - other);
    }

    /** The sum of all differences of counters. */
    long counters() {
        return counters;
    }

    /** The sum of all differences of events. */
    long events() {
        return events;
    }

    /** A line for each difference. */
    List<String> lines() {
        return List.copyOf(lines);
    }
}
