package dev.plimsoll.bench.footprint;

import com.netflix.hystrix.HystrixCommand;
import com.netflix.hystrix.HystrixCommandGroupKey;
import com.netflix.hystrix.HystrixCommandKey;
import com.netflix.hystrix.HystrixCommandProperties;
import com.netflix.hystrix.HystrixCommandProperties.ExecutionIsolationStrategy;
import dev.failsafe.CircuitBreaker;
import dev.failsafe.Failsafe;
import dev.plimsoll.Guards;
import dev.plimsoll.KeyedGuards;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig.SlidingWindowType;
import io.github.resilience4j.circuitbreaker.CircuitBreakerRegistry;
import io.smallrye.faulttolerance.api.Guard;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/** Puts a breaker (last 100 calls) for each of many keys into one heap, and makes one good call through each. */
public final class Keyed {

    private static final Object VALUE = new Object();
    private static final double FULL = 0.9;

    /** More than this, and soon every few keys would make enough garbage for another look at all the heap. */
    static final double MOST_LIVE = 0.87;

    private Keyed() {}

    /** Who has keyed breakers, or can be given a map of them. */
    enum Subject {
        /** Ours. */
        PLIMSOLL("Plimsoll", "KeyedGuards"),
        /** Theirs. */
        RESILIENCE4J("Resilience4j", "CircuitBreakerRegistry"),
        /** Theirs. */
        FAILSAFE("Failsafe", "has none: a ConcurrentHashMap of breakers"),
        /** Theirs. */
        SMALLRYE("SmallRye", "has none: a ConcurrentHashMap of guards"),
        /** Theirs. */
        HYSTRIX("Hystrix", "command keys; breaker of 10 s, semaphore and metrics");

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
    }

    /**
     * Prints how many keys there were room for, and the bytes of all of them.
     *
     * @param args the subject and how many keys
     */
    public static void main(String[] args) {
        Consumer<String> caller = caller(Subject.valueOf(args[0]));
        int keys = Integer.parseInt(args[1]);
        // What the first ones bring along is not theirs: classes, pools, clocks.
        for (int i = 0; i < 100; i++) {
            caller.accept("first-" + i);
        }
        long before = used();
        int made = 0;
        while (made < keys && !isFull()) {
            caller.accept("host-" + made++);
        }
        System.out.println(made + " " + (used() - before));
        System.exit(caller.hashCode() == 0 ? 1 : 0);
    }

    private static boolean isFull() {
        Runtime runtime = Runtime.getRuntime();
        if (runtime.totalMemory() - runtime.freeMemory() < FULL * runtime.maxMemory()) {
            return false;
        }
        return used() > MOST_LIVE * runtime.maxMemory();
    }

    private static long used() {
        System.gc();
        Runtime runtime = Runtime.getRuntime();
        return runtime.totalMemory() - runtime.freeMemory();
    }

    private static Consumer<String> caller(Subject subject) {
        return switch (subject) {
            case PLIMSOLL -> plimsoll();
            case RESILIENCE4J -> resilience4j();
            case FAILSAFE -> {
                ConcurrentHashMap<String, CircuitBreaker<Object>> breakers = new ConcurrentHashMap<>();
                yield key -> Failsafe.with(breakers.computeIfAbsent(
                                key,
                                name -> CircuitBreaker.builder()
                                        .withFailureThreshold(50, 100)
                                        .build()))
                        .run(() -> {});
            }
            case SMALLRYE -> smallRye();
            case HYSTRIX -> Keyed::hystrix;
        };
    }

    private static Consumer<String> plimsoll() {
        KeyedGuards<String> keyed = Guards.create(g -> g.logging(false))
                .keyed(
                        "hosts",
                        g -> g.circuitBreaker(b -> b.failureRate(0.5, 100).overLastCalls(100)),
                        k -> k.maximumSize(1_000_000));
        return key -> {
            Object unused = keyed.call(key, () -> VALUE);
        };
    }

    private static Consumer<String> resilience4j() {
        CircuitBreakerRegistry registry = CircuitBreakerRegistry.of(CircuitBreakerConfig.custom()
                .slidingWindow(100, 100, SlidingWindowType.COUNT_BASED)
                .build());
        return key -> {
            Object unused = registry.circuitBreaker(key).executeSupplier(() -> VALUE);
        };
    }

    private static Consumer<String> smallRye() {
        ConcurrentHashMap<String, Guard> guards = new ConcurrentHashMap<>();
        return key -> {
            Object unused = guards.computeIfAbsent(
                            key,
                            name -> Guard.create()
                                    .withCircuitBreaker()
                                    .requestVolumeThreshold(100)
                                    .failureRatio(0.5)
                                    .done()
                                    .build())
                    .get(() -> VALUE, Object.class);
        };
    }

    private static void hystrix(String key) {
        Object unused = new HystrixCommand<Object>(
                HystrixCommand.Setter.withGroupKey(HystrixCommandGroupKey.Factory.asKey("bench"))
                        .andCommandKey(HystrixCommandKey.Factory.asKey(key))
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
