package dev.plimsoll.bench;

import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/**
 * The work that every subject guards: it reads a field, which the compiler cannot know, and fails as often as told.
 *
 * <p><b>Threading:</b> one per benchmark thread, so that the work itself is never contended.
 */
@State(Scope.Thread)
public class Errand {

    /** How many calls in a hundred fail: zero, or a divisor of a hundred. */
    @Param("0")
    public int failing;

    private Object value = new Object();
    private int failsEvery;
    private int calls;

    /** Made by JMH. */
    public Errand() {}

    /** Turns the percentage into a distance. */
    @Setup
    public void plan() {
        if (failing < 0 || (failing > 0 && 100 % failing != 0)) {
            throw new IllegalArgumentException("failing: a divisor of 100 or zero, not " + failing);
        }
        value = new Object();
        failsEvery = failing == 0 ? 0 : 100 / failing;
    }

    Object run() {
        if (failsEvery != 0 && ++calls == failsEvery) {
            calls = 0;
            throw Failure.INSTANCE;
        }
        return value;
    }
}
