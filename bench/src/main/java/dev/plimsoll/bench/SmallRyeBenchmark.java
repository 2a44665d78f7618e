package dev.plimsoll.bench;

import io.smallrye.faulttolerance.api.Guard;
import java.time.temporal.ChronoUnit;
import java.util.function.Supplier;
import org.eclipse.microprofile.faulttolerance.exceptions.CircuitBreakerOpenException;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/**
 * SmallRye Fault Tolerance 6.11.2, the stand-alone {@code Guard}, with its fast settings: one guard is kept and its
 * supplier adapted once, there are no callbacks, no metrics are bound, errands run on the calling thread.
 * It cannot be told to leave the stack out of its refusals.
 */
public class SmallRyeBenchmark extends Subject {

    private static final String NAME = "SmallRye";

    private @Nullable Guard guard;

    /** Made by JMH. */
    public SmallRyeBenchmark() {}

    @Override
    void open(String benchmark) {
        Guard opened = switch (benchmark) {
            case "consecutive", "refused", "refusedThroughFrames" ->
                breaker(5, 1.0).build();
            case "lastHundred", "tenSeconds" -> breaker(100, 0.5).build();
            case "fullGuard" ->
                breaker(100, 0.5)
                        .withRetry()
                        .maxRetries(2)
                        .delay(100, ChronoUnit.MILLIS)
                        .jitter(0, ChronoUnit.MILLIS)
                        .done()
                        .withBulkhead()
                        .limit(10)
                        .done()
                        .build();
            default -> throw unknown(benchmark);
        };
        if (benchmark.startsWith("refused")) {
            trip(() -> opened.get(Subject::fail, Object.class));
        }
        guard = opened;
    }

    private static Guard.Builder breaker(int lastCalls, double ratio) {
        return Guard.create()
                .withCircuitBreaker()
                .requestVolumeThreshold(lastCalls)
                .failureRatio(ratio)
                .delay(OPEN_HOURS, ChronoUnit.HOURS)
                .done();
    }

    private Supplier<Object> around(Supplier<Object> work) {
        return guard == null ? work : guard.adaptSupplier(work, Object.class);
    }

    /** An errand behind the guard. */
    @State(Scope.Thread)
    public static class Guarded extends GuardedErrand {

        private Supplier<Object> supplier = Subject::fail;

        /** Made by JMH. */
        public Guarded() {}

        /**
         * Binds the errand to the guard.
         *
         * @param subject whose guard
         * @param errand what to guard
         */
        @Setup
        public void bind(SmallRyeBenchmark subject, Errand errand) {
            supplier = subject.around(errand::run);
        }

        @Override
        Object call() {
            return supplier.get();
        }
    }

    /** A call through a closed breaker that counts failures in a row. */
    @Benchmark
    @Row(scenario = Scenario.CONSECUTIVE, subject = NAME, remark = "has none: window of 5 calls at 100 %")
    public Object consecutive(Guarded errand) {
        try {
            return errand.call();
        } catch (Failure failed) {
            return failed;
        }
    }

    /** A call through a closed breaker that counts calls. */
    @Benchmark
    @Row(scenario = Scenario.LAST_HUNDRED, subject = NAME)
    public Object lastHundred(Guarded errand) {
        try {
            return errand.call();
        } catch (Failure failed) {
            return failed;
        }
    }

    /** A call through a closed breaker with a window of time. */
    @Benchmark
    @Row(scenario = Scenario.TEN_SECONDS, subject = NAME, remark = "has neither: last 100 calls")
    public Object tenSeconds(Guarded errand) {
        try {
            return errand.call();
        } catch (Failure failed) {
            return failed;
        }
    }

    /** A refusal. */
    @Benchmark
    @Row(scenario = Scenario.REFUSED, subject = NAME, remark = "with stack")
    public Object refused(Guarded errand) {
        Object answer;
        try {
            answer = errand.call();
        } catch (CircuitBreakerOpenException refused) {
            return refused;
        }
        throw admitted(answer);
    }

    /** A refusal that unwinds two frames. */
    @Benchmark
    @Row(scenario = Scenario.REFUSED_THROUGH_FRAMES, subject = NAME, remark = "with stack")
    public Object refusedThroughFrames(Guarded errand) throws Exception {
        Object answer;
        try {
            answer = errand.callThroughFrames();
        } catch (CircuitBreakerOpenException refused) {
            return refused;
        }
        throw admitted(answer);
    }

    /** A call through everything. */
    @Benchmark
    @Row(scenario = Scenario.FULL_GUARD, subject = NAME)
    public Object fullGuard(Guarded errand) {
        try {
            return errand.call();
        } catch (Failure failed) {
            return failed;
        }
    }
}
