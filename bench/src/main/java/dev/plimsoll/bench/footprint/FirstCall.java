package dev.plimsoll.bench.footprint;

import com.alibaba.csp.sentinel.Entry;
import com.alibaba.csp.sentinel.SphU;
import com.alibaba.csp.sentinel.slots.block.RuleConstant;
import com.alibaba.csp.sentinel.slots.block.degrade.DegradeRule;
import com.alibaba.csp.sentinel.slots.block.degrade.DegradeRuleManager;
import com.alibaba.csp.sentinel.slots.block.flow.FlowRule;
import com.alibaba.csp.sentinel.slots.block.flow.FlowRuleManager;
import com.netflix.hystrix.HystrixCommand;
import com.netflix.hystrix.HystrixCommandGroupKey;
import com.netflix.hystrix.HystrixCommandProperties;
import com.netflix.hystrix.HystrixCommandProperties.ExecutionIsolationStrategy;
import dev.failsafe.Failsafe;
import dev.plimsoll.Guards;
import dev.plimsoll.retry.Retry;
import io.github.resilience4j.bulkhead.Bulkhead;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.smallrye.faulttolerance.api.Guard;
import java.lang.management.ClassLoadingMXBean;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;

/**
 * Builds the first full guard of a process (retry, breaker, bulkhead), as each library's users write it, makes a good call
 * through it, and tells how long that took and how many classes it loaded.
 */
public final class FirstCall {

    private static final Object VALUE = new Object();

    private FirstCall() {}

    /** Each in a class of its own, which is loaded when its time is taken. */
    enum Subject {
        /** Ours, which is silent, as are its peers without a log to write to. */
        PLIMSOLL("Plimsoll", "logs nothing"),
        /** Ours, as it is when nobody says otherwise. */
        PLIMSOLL_LOGGING("Plimsoll, with its log", "warns by java.util.logging that there is no attempt timeout"),
        /** Theirs. */
        RESILIENCE4J("Resilience4j", ""),
        /** Theirs. */
        FAILSAFE("Failsafe", ""),
        /** Theirs. */
        SMALLRYE("SmallRye", ""),
        /** Theirs. */
        SENTINEL("Sentinel", "has no retry"),
        /** Theirs. */
        HYSTRIX("Hystrix", "has no retry");

        private final String words;
        private final String remark;

        Subject(String words, String remark) {
            this.words = words;
            this.remark = remark;
        }

        String words() {
            return words;
        }

        String remark() {
            return remark;
        }

        private Callable<Object> start() {
            return switch (this) {
                case PLIMSOLL -> new OfPlimsoll(false);
                case PLIMSOLL_LOGGING -> new OfPlimsoll(true);
                case RESILIENCE4J -> new OfResilience4j();
                case FAILSAFE -> new OfFailsafe();
                case SMALLRYE -> new OfSmallRye();
                case SENTINEL -> new OfSentinel();
                case HYSTRIX -> new OfHystrix();
            };
        }
    }

    /**
     * Prints nanoseconds and classes.
     *
     * @param args the subject
     * @throws Exception when the call fails
     */
    public static void main(String[] args) throws Exception {
        Subject subject = Subject.valueOf(args[0]);
        ClassLoadingMXBean classes = ManagementFactory.getClassLoadingMXBean();
        long loaded = classes.getTotalLoadedClassCount();
        long start = System.nanoTime();
        Object value = subject.start().call();
        long nanos = System.nanoTime() - start;
        loaded = classes.getTotalLoadedClassCount() - loaded;
        System.out.println(nanos + " " + loaded);
        System.exit(value == VALUE ? 0 : 1);
    }

    private static final class OfPlimsoll implements Callable<Object> {

        private final boolean logging;

        OfPlimsoll(boolean logging) {
            this.logging = logging;
        }

        @Override
        public Object call() {
            return Guards.create(g -> g.logging(logging))
                    .guard(
                            "bench",
                            g -> g.circuitBreaker()
                                    .retry(Retry.exponential(Duration.ofMillis(100)))
                                    .bulkhead(10))
                    .get(() -> VALUE);
        }
    }

    private static final class OfResilience4j implements Callable<Object> {

        @Override
        public Object call() {
            CircuitBreaker breaker = CircuitBreaker.ofDefaults("bench");
            Bulkhead bulkhead = Bulkhead.ofDefaults("bench");
            io.github.resilience4j.retry.Retry retry = io.github.resilience4j.retry.Retry.ofDefaults("bench");
            return retry.executeSupplier(breaker.decorateSupplier(Bulkhead.decorateSupplier(bulkhead, () -> VALUE)));
        }
    }

    private static final class OfFailsafe implements Callable<Object> {

        @Override
        public Object call() {
            return Failsafe.with(
                            dev.failsafe.RetryPolicy.ofDefaults(),
                            dev.failsafe.CircuitBreaker.ofDefaults(),
                            dev.failsafe.Bulkhead.of(10))
                    .get(() -> VALUE);
        }
    }

    private static final class OfSmallRye implements Callable<Object> {

        @Override
        public Object call() {
            return Guard.create()
                    .withRetry()
                    .done()
                    .withCircuitBreaker()
                    .done()
                    .withBulkhead()
                    .done()
                    .build()
                    .get(() -> VALUE, Object.class);
        }
    }

    private static final class OfSentinel implements Callable<Object> {

        @Override
        public Object call() throws Exception {
            String logs = Path.of(System.getProperty("java.io.tmpdir"), "plimsoll-bench-sentinel")
                    .toString();
            System.setProperty("csp.sentinel.log.dir", logs);
            System.setProperty("JM.LOG.PATH", logs);
            FlowRule threads = new FlowRule("bench");
            threads.setGrade(RuleConstant.FLOW_GRADE_THREAD);
            threads.setCount(10);
            FlowRuleManager.loadRules(List.of(threads));
            DegradeRuleManager.loadRules(List.of(new DegradeRule("bench")
                    .setGrade(RuleConstant.DEGRADE_GRADE_EXCEPTION_RATIO)
                    .setCount(0.5)
                    .setTimeWindow(30)));
            try (Entry entry = SphU.entry("bench")) {
                return entry == null ? "" : VALUE;
            }
        }
    }

    private static final class OfHystrix implements Callable<Object> {

        @Override
        public Object call() {
            return new HystrixCommand<Object>(
                    HystrixCommand.Setter.withGroupKey(HystrixCommandGroupKey.Factory.asKey("bench"))
                            .andCommandPropertiesDefaults(HystrixCommandProperties.Setter()
                                    .withExecutionTimeoutEnabled(false)
                                    .withExecutionIsolationStrategy(ExecutionIsolationStrategy.SEMAPHORE))) {
                @Override
                protected Object run() {
                    return VALUE;
                }
            }.execute();
        }
    }
}
