package dev.plimsoll.bench;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.IntStream;
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

    private static final int KEYS = 1_000;
    private static final String[] NAMES =
            IntStream.range(0, KEYS).mapToObj(key -> "host-" + key).toArray(String[]::new);

    /** How many calls in a hundred fail: zero, or a divisor of a hundred. */
    @Param("0")
    public int failing;

    private Object value = new Object();
    private CompletableFuture<Object> done = CompletableFuture.completedFuture(value);
    private CompletableFuture<Object> pending = done;
    private int failsEvery;
    private int calls;
    private int key;
    private boolean failed;

    /** Made by JMH. */
    public Errand() {}

    /** Turns the percentage into a distance, and begins somewhere in it: threads that fail all at once may open a breaker. */
    @Setup
    public void plan() {
        if (failing < 0 || (failing > 0 && 100 % failing != 0)) {
            throw new IllegalArgumentException("failing: a divisor of 100 or zero, not " + failing);
        }
        value = new Object();
        done = CompletableFuture.completedFuture(value);
        failsEvery = failing == 0 ? 0 : 100 / failing;
        calls = failsEvery == 0 ? 0 : ThreadLocalRandom.current().nextInt(failsEvery);
    }

    Object run() {
        if (failsEvery != 0 && ++calls == failsEvery) {
            calls = 0;
            throw Failure.INSTANCE;
        }
        return value;
    }

    /** Fails every other time, beginning with the first: each call's first attempt. */
    Object runAtSecondAttempt() {
        failed = !failed;
        if (failed) {
            throw Failure.INSTANCE;
        }
        return value;
    }

    /** Never succeeds. */
    Object fail() {
        throw Failure.INSTANCE;
    }

    /** The same work for asynchronous calls: a stage that is complete. */
    CompletionStage<Object> stage() {
        return done;
    }

    /** The same work for asynchronous calls that return before it is complete. */
    CompletionStage<Object> stageForLater() {
        pending = new CompletableFuture<>();
        return pending;
    }

    /** Completes the latest stage of that kind, on the thread that has called. */
    void complete() {
        pending.complete(value);
    }

    /** What a fallback answers. */
    Object value() {
        return value;
    }

    /** One key after the other, round and round. */
    String nextKey() {
        key = key + 1 == KEYS ? 0 : key + 1;
        return NAMES[key];
    }

    /** Every sixteenth time. */
    boolean isSixteenth() {
        return (++calls & 15) == 0;
    }
}
