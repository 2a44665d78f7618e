package dev.plimsoll.bench;

import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.CompilerControl;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * Measures the rows, the direct call among them: each in virtual machines of its own, so that the compiler sees one guard
 * only. The guard is shared by all benchmark threads.
 *
 * <p>How many calls all threads make in a time is counted: of each thread's average time, one thread that was not let run would
 * set the mean.
 *
 * <p>Exceptions are caught in the benchmark method itself. What a row does not expect ends its measurement: a refusal among
 * admitted calls, an admission among refusals.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class CallBenchmark {

    /** Which row. */
    @Param("Direct.call")
    public String row = "Direct.call";

    /** In which round of virtual machines; for who reads the results. */
    @Param("1")
    public int round;

    private Guarded guarded = errand -> errand::run;

    /** Made by JMH. */
    public CallBenchmark() {}

    /**
     * Sets the row's guard up.
     *
     * @throws Exception when that cannot be done
     */
    @Setup
    public void open() throws Exception {
        guarded = Rows.named(row).opener().open();
    }

    /** Ends what the guard has begun. */
    @TearDown
    public void close() {
        guarded.close();
    }

    /** A thread with its guarded errand. */
    @State(Scope.Thread)
    public static class Caller {

        private Call call = Trip::fail;

        /** Made by JMH. */
        public Caller() {}

        /**
         * Guards the errand.
         *
         * @param benchmark has the guard
         * @param errand what to guard
         */
        @Setup
        public void bind(CallBenchmark benchmark, Errand errand) {
            call = benchmark.guarded.around(errand);
        }

        Object call() throws Exception {
            return call.call();
        }

        /** The same call below two frames that are really there: an exception has to unwind them. */
        @CompilerControl(CompilerControl.Mode.DONT_INLINE)
        Object callThroughFrames() throws Exception {
            return innerFrame();
        }

        @CompilerControl(CompilerControl.Mode.DONT_INLINE)
        private Object innerFrame() throws Exception {
            return call();
        }
    }

    /** A call that is admitted. */
    @Benchmark
    public Object call(Caller caller) throws Exception {
        try {
            return caller.call();
        } catch (Failure failed) {
            return failed;
        }
    }

    /** A call that is refused. */
    @Benchmark
    public Object refused(Caller caller) {
        Object answer;
        try {
            answer = caller.call();
        } catch (Failure admitted) {
            throw new IllegalStateException("an open breaker admitted a call", admitted);
        } catch (Exception refused) {
            return refused;
        }
        throw admitted(answer);
    }

    /** A refusal that unwinds two frames. */
    @Benchmark
    public Object refusedThroughFrames(Caller caller) {
        Object answer;
        try {
            answer = caller.callThroughFrames();
        } catch (Failure admitted) {
            throw new IllegalStateException("an open breaker admitted a call", admitted);
        } catch (Exception refused) {
            return refused;
        }
        throw admitted(answer);
    }

    private static IllegalStateException admitted(Object answer) {
        return new IllegalStateException("an open breaker admitted a call, which answered " + answer);
    }
}
