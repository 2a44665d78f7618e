package dev.plimsoll.bench;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What the machine charges for the primitives that a hot path is made of: the floor below which no mechanism can get.
 * Every field is shared by all benchmark threads, so that {@code -t 2} shows what contention adds.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class LimitsBenchmark {
    private volatile long state = 1;
    private final AtomicLong shared = new AtomicLong();
    private final LongAdder striped = new LongAdder();

    /** Creates the state; JMH calls this. */
    public LimitsBenchmark() {}

    /** One read of a volatile field. */
    @Benchmark
    public long volatileRead() {
        return state;
    }

    /** One atomic add to a counter that all threads share. */
    @Benchmark
    public long sharedAdd() {
        return shared.incrementAndGet();
    }

    /** One add to a striped counter. */
    @Benchmark
    public void stripedAdd() {
        striped.increment();
    }

    /** One read of the precise clock. */
    @Benchmark
    public long preciseClock() {
        return System.nanoTime();
    }
}
