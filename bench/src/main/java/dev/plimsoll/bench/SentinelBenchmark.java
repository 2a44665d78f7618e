package dev.plimsoll.bench;

import com.alibaba.csp.sentinel.Entry;
import com.alibaba.csp.sentinel.SphU;
import com.alibaba.csp.sentinel.Tracer;
import com.alibaba.csp.sentinel.slots.block.BlockException;
import com.alibaba.csp.sentinel.slots.block.RuleConstant;
import com.alibaba.csp.sentinel.slots.block.degrade.DegradeRule;
import com.alibaba.csp.sentinel.slots.block.degrade.DegradeRuleManager;
import com.alibaba.csp.sentinel.slots.block.flow.FlowRule;
import com.alibaba.csp.sentinel.slots.block.flow.FlowRuleManager;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Supplier;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/**
 * Sentinel 1.8.9 with its fast settings: {@code SphU.entry} on a named resource, one resource a fork, no file of metrics
 * ({@code csp.sentinel.metric.flush.interval} is 0), refusals are stackless by nature. Its breakers count in one window
 * of time that starts anew when it is over. Its statistics, which it always keeps, are part of what it does.
 */
public class SentinelBenchmark extends Subject {

    private static final String NAME = "Sentinel";
    private static final String RESOURCE = "bench";

    /** Made by JMH. */
    public SentinelBenchmark() {}

    @Override
    void open(String benchmark) throws IOException {
        keepLogsOutOfHome();
        // A rule that is loaded again keeps its breaker's state.
        DegradeRuleManager.loadRules(List.of());
        DegradeRuleManager.loadRules(
                switch (benchmark) {
                    case "consecutive", "refused", "refusedThroughFrames" -> List.of(failures(0.99, 5));
                    case "lastHundred", "fullGuard" -> List.of(failures(0.5, 100));
                    case "tenSeconds" -> List.of(failures(0.5, 100), slowCalls());
                    default -> throw unknown(benchmark);
                });
        if (benchmark.equals("fullGuard")) {
            FlowRule threads = new FlowRule(RESOURCE);
            threads.setGrade(RuleConstant.FLOW_GRADE_THREAD);
            threads.setCount(10);
            FlowRuleManager.loadRules(List.of(threads));
        }
        if (benchmark.startsWith("refused")) {
            trip(() -> guarded(Subject::fail));
        }
    }

    /** Its two loggers write below the home directory unless each is told otherwise, before its first use. */
    private static void keepLogsOutOfHome() throws IOException {
        Path logs = Path.of(System.getProperty("java.io.tmpdir"), "plimsoll-bench-sentinel");
        Files.createDirectories(logs);
        System.setProperty("csp.sentinel.log.dir", logs.toString());
        System.setProperty("JM.LOG.PATH", logs.toString());
        System.setProperty("csp.sentinel.metric.flush.interval", "0");
    }

    private static DegradeRule failures(double ratio, int minimumCalls) {
        return rule(RuleConstant.DEGRADE_GRADE_EXCEPTION_RATIO, minimumCalls).setCount(ratio);
    }

    private static DegradeRule slowCalls() {
        return rule(RuleConstant.DEGRADE_GRADE_RT, 100).setCount(1_000).setSlowRatioThreshold(0.5);
    }

    private static DegradeRule rule(int grade, int minimumCalls) {
        return new DegradeRule(RESOURCE)
                .setGrade(grade)
                .setMinRequestAmount(minimumCalls)
                .setStatIntervalMs(10_000)
                .setTimeWindow(OPEN_HOURS * 3_600);
    }

    /** The form that its manual gives for guarding a block of code. */
    private static Object guarded(Supplier<Object> work) throws BlockException {
        Entry entry = SphU.entry(RESOURCE);
        try {
            return work.get();
        } catch (Throwable failed) {
            Tracer.traceEntry(failed, entry);
            throw failed;
        } finally {
            entry.exit();
        }
    }

    /** An errand behind the guard. */
    @State(Scope.Thread)
    public static class Guarded extends GuardedErrand {

        private Supplier<Object> work = Subject::fail;

        /** Made by JMH. */
        public Guarded() {}

        /**
         * Binds the errand to the guard.
         *
         * @param errand what to guard
         */
        @Setup
        public void bind(Errand errand) {
            work = errand::run;
        }

        @Override
        Object call() throws BlockException {
            return guarded(work);
        }
    }

    /** A call through a closed breaker that counts failures in a row. */
    @Benchmark
    @Row(
            scenario = Scenario.CONSECUTIVE,
            subject = NAME,
            remark = "has none: failure ratio above 99 % of at least 5 calls within 10 s")
    public Object consecutive(Guarded errand) throws BlockException {
        try {
            return errand.call();
        } catch (Failure failed) {
            return failed;
        }
    }

    /** A call through a closed breaker that counts calls. */
    @Benchmark
    @Row(
            scenario = Scenario.LAST_HUNDRED,
            subject = NAME,
            remark = "has none: failure ratio of at least 100 calls within 10 s")
    public Object lastHundred(Guarded errand) throws BlockException {
        try {
            return errand.call();
        } catch (Failure failed) {
            return failed;
        }
    }

    /** A call through a closed breaker with a window of time. */
    @Benchmark
    @Row(scenario = Scenario.TEN_SECONDS, subject = NAME, remark = "two rules, one window of 10 s")
    public Object tenSeconds(Guarded errand) throws BlockException {
        try {
            return errand.call();
        } catch (Failure failed) {
            return failed;
        }
    }

    /** A refusal. */
    @Benchmark
    @Row(scenario = Scenario.REFUSED, subject = NAME)
    public Object refused(Guarded errand) throws Exception {
        Object answer;
        try {
            answer = errand.call();
        } catch (BlockException refused) {
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
        } catch (BlockException refused) {
            return refused;
        }
        throw admitted(answer);
    }

    /** A call through everything. */
    @Benchmark
    @Row(
            scenario = Scenario.FULL_GUARD,
            subject = NAME,
            remark = "has no retry: thread-grade flow rule and degrade rule")
    public Object fullGuard(Guarded errand) throws BlockException {
        try {
            return errand.call();
        } catch (Failure failed) {
            return failed;
        }
    }
}
