package dev.plimsoll.bench;

import static java.time.Duration.ofHours;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;

import dev.plimsoll.Guard;
import dev.plimsoll.GuardBuilder;
import dev.plimsoll.Guards;
import dev.plimsoll.call.RejectedException;
import dev.plimsoll.call.Work;
import dev.plimsoll.retry.Retry;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** Plimsoll as its users have it: guards with their defaults apart from what a row's scenario demands. */
public class PlimsollBenchmark extends Subject {

    private static final String NAME = "Plimsoll";

    private final Guards guards = Guards.create(g -> g.logging(false));

    // JMH calls open first, then bind.
    @SuppressWarnings("NullAway.Init")
    private Guard guard;

    /** Made by JMH. */
    public PlimsollBenchmark() {}

    @Override
    void open(String benchmark) {
        Guard opened = guards.guard("bench", g -> settings(benchmark, g));
        if (benchmark.startsWith("refused")) {
            trip(() -> opened.call(Subject::fail));
        }
        guard = opened;
    }

    private static GuardBuilder settings(String benchmark, GuardBuilder g) {
        return switch (benchmark) {
            case "consecutive", "refused", "refusedThroughFrames" -> consecutive(g);
            case "consecutiveUncounted" -> consecutive(g).uncounted();
            case "lastHundred" -> lastHundred(g);
            case "tenSeconds" ->
                g.circuitBreaker(b -> b.failureRate(0.5, 100)
                        .slowCallRate(0.5, ofSeconds(1), 100)
                        .overLast(ofSeconds(10)));
            case "fullGuard" -> full(g);
            case "fullGuardAttemptTimeout" -> full(g).attemptTimeout(ofSeconds(1));
            case "fullGuardTotalTimeout" -> full(g).totalTimeout(ofSeconds(3));
            default -> throw unknown(benchmark);
        };
    }

    private static GuardBuilder consecutive(GuardBuilder g) {
        return g.circuitBreaker(b -> b.consecutiveFailures(5).openFor(ofHours(OPEN_HOURS)));
    }

    private static GuardBuilder lastHundred(GuardBuilder g) {
        return g.circuitBreaker(b -> b.failureRate(0.5, 100).overLastCalls(100));
    }

    private static GuardBuilder full(GuardBuilder g) {
        return lastHundred(g).retry(Retry.fixed(ofMillis(100)).maxAttempts(3)).bulkhead(10);
    }

    /** Ends the clock's and the timer's threads. */
    @TearDown
    public void close() {
        guards.close();
    }

    /** An errand behind the guard. */
    @State(Scope.Thread)
    public static class Guarded extends GuardedErrand {

        @SuppressWarnings("NullAway.Init")
        private Guard guard;

        private Work<Object, RuntimeException> work = Subject::fail;

        /** Made by JMH. */
        public Guarded() {}

        /**
         * Binds the errand to the guard.
         *
         * @param subject whose guard
         * @param errand what to guard
         */
        @Setup
        public void bind(PlimsollBenchmark subject, Errand errand) {
            guard = subject.guard;
            work = errand::run;
        }

        @Override
        Object call() {
            return guard.call(work);
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

    /** The same without counting calls that succeed. */
    @Benchmark
    @Row(
            scenario = Scenario.CONSECUTIVE,
            subject = NAME + ", uncounted",
            remark = "no metrics: nothing is written while all is well")
    public Object consecutiveUncounted(Guarded errand) {
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
    @Row(scenario = Scenario.TEN_SECONDS, subject = NAME)
    public Object tenSeconds(Guarded errand) {
        try {
            return errand.call();
        } catch (Failure failed) {
            return failed;
        }
    }

    /** A refusal. */
    @Benchmark
    @Row(scenario = Scenario.REFUSED, subject = NAME)
    public Object refused(Guarded errand) {
        Object answer;
        try {
            answer = errand.call();
        } catch (RejectedException refused) {
            return refused;
        }
        throw admitted(answer);
    }

    /** A refusal that unwinds two frames. */
    @Benchmark
    @Row(scenario = Scenario.REFUSED_THROUGH_FRAMES, subject = NAME)
    public Object refusedThroughFrames(Guarded errand) throws Exception {
        Object answer;
        try {
            answer = errand.callThroughFrames();
        } catch (RejectedException refused) {
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

    /** A call through everything, its attempt bounded. */
    @Benchmark
    @Row(scenario = Scenario.FULL_GUARD, subject = NAME + ", attempt timeout", remark = "and 1 s for an attempt")
    public Object fullGuardAttemptTimeout(Guarded errand) {
        try {
            return errand.call();
        } catch (Failure failed) {
            return failed;
        }
    }

    /** A call through everything, its total time bounded. */
    @Benchmark
    @Row(scenario = Scenario.FULL_GUARD, subject = NAME + ", total timeout", remark = "and 3 s for all attempts")
    public Object fullGuardTotalTimeout(Guarded errand) {
        try {
            return errand.call();
        } catch (Failure failed) {
            return failed;
        }
    }
}
