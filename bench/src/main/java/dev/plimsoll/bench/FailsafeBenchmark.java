package dev.plimsoll.bench;

import dev.failsafe.Bulkhead;
import dev.failsafe.CircuitBreaker;
import dev.failsafe.CircuitBreakerBuilder;
import dev.failsafe.CircuitBreakerOpenException;
import dev.failsafe.Failsafe;
import dev.failsafe.FailsafeExecutor;
import dev.failsafe.RetryPolicy;
import dev.failsafe.function.CheckedSupplier;
import java.time.Duration;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/**
 * Failsafe 3.3.2 with its fast settings: one executor is kept, policies have no listeners, errands run on the calling
 * thread. It cannot be told to leave the stack out of its refusals.
 */
public class FailsafeBenchmark extends Subject {

    private static final String NAME = "Failsafe";

    private FailsafeExecutor<Object> executor = Failsafe.none();

    /** Made by JMH. */
    public FailsafeBenchmark() {}

    @Override
    void open(String benchmark) {
        CircuitBreaker<Object> breaker = breaker(benchmark);
        executor = Failsafe.with(breaker);
        switch (benchmark) {
            case "refused", "refusedThroughFrames" -> trip(() -> executor.get(Subject::fail));
            case "fullGuard" -> {
                RetryPolicy<Object> retry = RetryPolicy.builder()
                        .withMaxAttempts(3)
                        .withDelay(Duration.ofMillis(100))
                        .build();
                executor = Failsafe.with(retry, breaker, Bulkhead.of(10));
            }
            default -> {}
        }
    }

    private static CircuitBreaker<Object> breaker(String benchmark) {
        CircuitBreakerBuilder<Object> settings = CircuitBreaker.builder().withDelay(Duration.ofHours(OPEN_HOURS));
        switch (benchmark) {
            case "consecutive", "refused", "refusedThroughFrames" -> settings.withFailureThreshold(5);
            case "lastHundred", "fullGuard" -> settings.withFailureThreshold(50, 100);
            case "tenSeconds" -> settings.withFailureRateThreshold(50, 100, Duration.ofSeconds(10));
            default -> throw unknown(benchmark);
        }
        return settings.build();
    }

    /** An errand behind the guard. */
    @State(Scope.Thread)
    public static class Guarded extends GuardedErrand {

        private FailsafeExecutor<Object> executor = Failsafe.none();
        private CheckedSupplier<Object> work = Subject::fail;

        /** Made by JMH. */
        public Guarded() {}

        /**
         * Binds the errand to the guard.
         *
         * @param subject whose guard
         * @param errand what to guard
         */
        @Setup
        public void bind(FailsafeBenchmark subject, Errand errand) {
            executor = subject.executor;
            work = errand::run;
        }

        @Override
        Object call() {
            return executor.get(work);
        }
    }

    /** A call through a closed breaker that counts failures in a row. */
    @Benchmark
    @Row(scenario = Scenario.CONSECUTIVE, subject = NAME)
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
    @Row(scenario = Scenario.TEN_SECONDS, subject = NAME, remark = "has no slow-call detection: failure rate of 10 s")
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
