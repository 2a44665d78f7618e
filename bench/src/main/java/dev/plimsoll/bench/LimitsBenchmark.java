package dev.plimsoll.bench;

import dev.plimsoll.window.Kind;
import dev.plimsoll.window.StripedCount;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/**
 * What the machine charges for the primitives that a hot path is made of: the floor below which no mechanism can get. Every
 * field is shared by all benchmark threads, so that more threads show what contention adds.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class LimitsBenchmark {

    /** In which round of virtual machines; for who reads the results. */
    @Param("1")
    public int round;

    private final AtomicLong shared = new AtomicLong();
    private final LongAdder striped = new LongAdder();
    private final StripedCount counted = new StripedCount();
    private final ConcurrentHashMap<String, Object> map = new ConcurrentHashMap<>();
    private volatile long state = 1;

    /** Made by JMH. */
    public LimitsBenchmark() {}

    /** Fills the map with the keys of the errands. */
    @Setup
    public void fill() {
        Errand errand = new Errand();
        for (String key = errand.nextKey(); !map.containsKey(key); key = errand.nextKey()) {
            map.put(key, key);
        }
        state = map.size();
    }

    /** One read of a volatile field. */
    @Benchmark
    public long volatileRead() {
        return state;
    }

    /** One atomic add to a counter that all threads share. */
    @Benchmark
    public long atomicAdd() {
        return shared.incrementAndGet();
    }

    /** One add to the JDK's striped counter. */
    @Benchmark
    public void stripedAdd() {
        striped.increment();
    }

    /** One add to our own striped counter. */
    @Benchmark
    public void stripedCount() {
        counted.add(Kind.GOOD);
    }

    /** One read of the precise clock. */
    @Benchmark
    public long clock() {
        return System.nanoTime();
    }

    /** One look-up in a map that many threads may use. */
    @Benchmark
    public @Nullable Object mapGet(Errand errand) {
        return map.get(errand.nextKey());
    }
}
