package dev.plimsoll.bench;

import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.infra.BenchmarkParams;

/**
 * A library under measurement. A benchmark's name chooses the guard, which is built before the first call and shared by
 * all benchmark threads.
 *
 * <p>Every benchmark catches what its calls throw in the benchmark method itself and returns either the value or the
 * exception. What it does not expect ends the fork: a refusal among admitted calls, an admission among refusals.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(
        value = 1,
        jvmArgsAppend = {"-Xms512m", "-Xmx512m", "-XX:+UseG1GC"})
@Warmup(iterations = 4, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 3, time = 500, timeUnit = TimeUnit.MILLISECONDS)
public abstract class Subject {

    /** Longer than any fork lasts, so that an open breaker stays open. */
    static final int OPEN_HOURS = 1;

    private static final int ENOUGH_TO_OPEN = 1_000;

    Subject() {}

    /**
     * Called by JMH before a fork's first call.
     *
     * @param params tell which benchmark it is
     * @throws Exception when a guard cannot be built
     */
    @Setup
    public void prepare(BenchmarkParams params) throws Exception {
        String name = params.getBenchmark();
        open(name.substring(name.lastIndexOf('.') + 1));
    }

    /** Builds the guard of one benchmark method. */
    abstract void open(String benchmark) throws Exception;

    /** Fails until the breaker refuses. */
    static void trip(Callable<?> failingCall) {
        for (int i = 0; i < ENOUGH_TO_OPEN; i++) {
            try {
                failingCall.call();
            } catch (Failure expected) {
                // Counted by the breaker; on with the next.
            } catch (Exception refusal) {
                return;
            }
        }
        throw new IllegalStateException("the breaker stays closed after " + ENOUGH_TO_OPEN + " failures");
    }

    /** What a failing errand does. */
    static Object fail() {
        throw Failure.INSTANCE;
    }

    static IllegalStateException admitted(Object result) {
        return new IllegalStateException("an open breaker admitted a call, which answered " + result);
    }

    static IllegalArgumentException unknown(String benchmark) {
        return new IllegalArgumentException("no guard for benchmark " + benchmark);
    }
}
