package dev.plimsoll.bench;

import com.alibaba.csp.sentinel.AsyncEntry;
import com.alibaba.csp.sentinel.Entry;
import com.alibaba.csp.sentinel.EntryType;
import com.alibaba.csp.sentinel.SphU;
import com.alibaba.csp.sentinel.Tracer;
import com.alibaba.csp.sentinel.slots.block.BlockException;
import com.alibaba.csp.sentinel.slots.block.RuleConstant;
import com.alibaba.csp.sentinel.slots.block.degrade.DegradeRule;
import com.alibaba.csp.sentinel.slots.block.degrade.DegradeRuleManager;
import com.alibaba.csp.sentinel.slots.block.flow.FlowRule;
import com.alibaba.csp.sentinel.slots.block.flow.FlowRuleManager;
import com.alibaba.csp.sentinel.slots.system.SystemRule;
import com.alibaba.csp.sentinel.slots.system.SystemRuleManager;
import com.alibaba.csp.sentinel.util.TimeUtil;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

/**
 * Sentinel 1.8.9 with its fast settings: {@code SphU.entry} on a named resource, one resource a row, no file of metrics
 * ({@code csp.sentinel.metric.flush.interval} is 0), refusals are stackless by nature. Its breakers count in one window
 * of time that starts anew when it is over. Its statistics, which it always keeps, are part of what it does.
 */
final class SentinelRows {

    static final String NAME = "Sentinel";

    private SentinelRows() {}

    static List<Row> all() {
        return List.of(
                row(Scenario.CONSECUTIVE, "consecutive", name -> degrade(failures(name, 0.99, 5)))
                        .more("statistics; has no such rule: failure ratio above 99 % of at least 5 calls in 10 s"),
                row(Scenario.LAST_HUNDRED, "lastHundred", SentinelRows::lastHundred)
                        .more("statistics; has no such rule: failure ratio of at least 100 calls in 10 s"),
                row(Scenario.TEN_SECONDS, "tenSeconds", name -> degrade(failures(name, 0.5, 100), slowCalls(name)))
                        .more("statistics; two rules, one window of 10 s"),
                row(Scenario.FAILURES, "failures", name -> degrade(count(name))).more("statistics"),
                refused(Scenario.REFUSED, "refused"),
                refused(Scenario.REFUSED_THROUGH_FRAMES, "refusedThroughFrames"),
                Row.of(Scenario.KEYED, NAME, "keyed", () -> {
                            quietly();
                            return errand -> () -> guarded(errand.nextKey(), errand::run);
                        })
                        .less("statistics for each key, no breaker: a rule names one resource"),
                row(Scenario.BULKHEAD, "bulkhead", name -> flow(name, RuleConstant.FLOW_GRADE_THREAD, 10))
                        .more("statistics"),
                row(Scenario.RATE_LIMITER, "rateLimiter", name -> flow(name, RuleConstant.FLOW_GRADE_QPS, 1e9))
                        .more("statistics; a window of 1 s"),
                Row.of(Scenario.SHED, NAME, "shedder", SentinelRows::system)
                        .more("statistics; a system rule for load and threads"),
                row(Scenario.FULL_GUARD, "fullGuard", name -> {
                            lastHundred(name);
                            flow(name, RuleConstant.FLOW_GRADE_THREAD, 10);
                        })
                        .less("has no retry; but statistics"),
                Row.of(Scenario.ASYNC_BREAKER, NAME, "asyncBreaker", () -> async("asyncBreaker", false))
                        .more("statistics; has no such rule: failure ratio of at least 100 calls in 10 s"),
                Row.of(Scenario.ASYNC_BREAKER_LATER, NAME, "asyncBreakerLater", () -> async("asyncBreakerLater", true))
                        .more("statistics; has no such rule: failure ratio of at least 100 calls in 10 s"));
    }

    /** After three seconds of many calls it has a thread that reads the clock, and its callers need no longer do so. */
    static boolean isReady() {
        return TimeUtil.instance().getState() == TimeUtil.STATE.RUNNING;
    }

    /** Loads the rules for a resource. */
    @FunctionalInterface
    private interface Rules {
        void load(String resource);
    }

    private static Row row(Scenario scenario, String name, Rules rules) {
        return Row.of(scenario, NAME, name, () -> {
            quietly();
            rules.load(name);
            return errand -> {
                Supplier<Object> work = errand::run;
                return () -> guarded(name, work);
            };
        });
    }

    private static Row refused(Scenario scenario, String name) {
        return row(scenario, name, resource -> {
                    degrade(failures(resource, 0.99, 5));
                    Trip.open(() -> guarded(resource, Trip::fail));
                })
                .more("statistics");
    }

    /** A rule that is loaded again keeps its breaker's state, so none is left from before. */
    private static void quietly() throws IOException {
        // Its two loggers write below the home directory unless each is told otherwise, before its first use.
        Path logs = Path.of(System.getProperty("java.io.tmpdir"), "plimsoll-bench-sentinel");
        Files.createDirectories(logs);
        System.setProperty("csp.sentinel.log.dir", logs.toString());
        System.setProperty("JM.LOG.PATH", logs.toString());
        System.setProperty("csp.sentinel.metric.flush.interval", "0");
        DegradeRuleManager.loadRules(List.of());
        FlowRuleManager.loadRules(List.of());
        SystemRuleManager.loadRules(List.of());
    }

    private static void lastHundred(String resource) {
        degrade(failures(resource, 0.5, 100));
    }

    private static void degrade(DegradeRule... rules) {
        DegradeRuleManager.loadRules(List.of(rules));
    }

    private static void flow(String resource, int grade, double count) {
        FlowRule rule = new FlowRule(resource);
        rule.setGrade(grade);
        rule.setCount(count);
        FlowRuleManager.loadRules(List.of(rule));
    }

    private static DegradeRule failures(String resource, double ratio, int minimumCalls) {
        return rule(resource, RuleConstant.DEGRADE_GRADE_EXCEPTION_RATIO, minimumCalls, 10_000)
                .setCount(ratio);
    }

    private static DegradeRule slowCalls(String resource) {
        return rule(resource, RuleConstant.DEGRADE_GRADE_RT, 100, 10_000)
                .setCount(1_000)
                .setSlowRatioThreshold(0.5);
    }

    private static DegradeRule count(String resource) {
        return rule(resource, RuleConstant.DEGRADE_GRADE_EXCEPTION_COUNT, 1, 1_000)
                .setCount(1e8);
    }

    private static DegradeRule rule(String resource, int grade, int minimumCalls, int windowMillis) {
        return new DegradeRule(resource)
                .setGrade(grade)
                .setMinRequestAmount(minimumCalls)
                .setStatIntervalMs(windowMillis)
                .setTimeWindow(Trip.OPEN_HOURS * 3_600);
    }

    /** The form that its manual gives for guarding a block of code. */
    private static Object guarded(String resource, Supplier<Object> work) throws BlockException {
        return guarded(SphU.entry(resource), work);
    }

    private static Object guarded(Entry entry, Supplier<Object> work) {
        try {
            return work.get();
        } catch (RuntimeException failed) {
            Tracer.traceEntry(failed, entry);
            throw failed;
        } finally {
            entry.exit();
        }
    }

    private static Guarded system() throws IOException {
        quietly();
        SystemRule rule = new SystemRule();
        rule.setHighestSystemLoad(1_000);
        rule.setMaxThread(50);
        SystemRuleManager.loadRules(List.of(rule));
        return errand -> {
            Supplier<Object> work = errand::run;
            return () -> guarded(SphU.entry("shedder", EntryType.IN), work);
        };
    }

    private static Guarded async(String resource, boolean later) throws IOException {
        quietly();
        lastHundred(resource);
        return errand -> later
                ? () -> {
                    CompletableFuture<Object> future = entered(resource, errand::stageForLater);
                    errand.complete();
                    return future.join();
                }
                : () -> entered(resource, errand::stage).join();
    }

    private static CompletableFuture<Object> entered(String resource, Supplier<CompletionStage<Object>> work)
            throws BlockException {
        AsyncEntry entry = SphU.asyncEntry(resource);
        return work.get()
                .whenComplete((value, failed) -> {
                    if (failed != null) {
                        Tracer.traceEntry(failed, entry);
                    }
                    entry.exit();
                })
                .toCompletableFuture();
    }
}
