package dev.plimsoll.bench;

import dev.plimsoll.window.Kind;
import dev.plimsoll.window.StripedCount;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import org.openjdk.jmh.annotations.Benchmark;

/**
 * What the machine charges for the primitives that a hot path is made of, and for the work itself: the floor below which
 * no mechanism can get. Every field is shared by all benchmark threads, so that two threads show what contention adds.
 */
public class LimitsBenchmark extends Subject {

    private final AtomicLong shared = new AtomicLong();
    private final LongAdder striped = new LongAdder();
    private final StripedCount counted = new StripedCount();
    private volatile long state = 1;

    /** Made by JMH. */
    public LimitsBenchmark() {}

    @Override
    void open(String benchmark) {
        state = benchmark.length();
    }

    /** The work that every subject guards, unguarded. */
    @Benchmark
    @Row(scenario = Scenario.DIRECT, subject = "Direct call")
    public Object direct(Errand errand) {
        try {
            return errand.run();
        } catch (Failure failed) {
            return failed;
        }
    }

    /** One read of a volatile field. */
    @Benchmark
    @Row(scenario = Scenario.LIMITS, subject = "Volatile read")
    public long volatileRead() {
        return state;
    }

    /** One atomic add to a counter that all threads share. */
    @Benchmark
    @Row(scenario = Scenario.LIMITS, subject = "Atomic add", remark = "one counter for all threads")
    public long atomicAdd() {
        return shared.incrementAndGet();
    }

    /** One add to the JDK's striped counter. */
    @Benchmark
    @Row(scenario = Scenario.LIMITS, subject = "Striped add", remark = "LongAdder")
    public void stripedAdd() {
        striped.increment();
    }

    /** One add to our own striped counter. */
    @Benchmark
    @Row(scenario = Scenario.LIMITS, subject = "Striped add", remark = "our StripedCount")
    public void stripedCount() {
        counted.add(Kind.GOOD);
    }

    /** One read of the precise clock. */
    @Benchmark
    @Row(scenario = Scenario.LIMITS, subject = "Precise clock", remark = "System.nanoTime")
    public long preciseClock() {
        return System.nanoTime();
    }
}
