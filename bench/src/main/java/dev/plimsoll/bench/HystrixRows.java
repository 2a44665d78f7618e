package dev.plimsoll.bench;

import com.netflix.hystrix.HystrixCommand;
import com.netflix.hystrix.HystrixCommandGroupKey;
import com.netflix.hystrix.HystrixCommandKey;
import com.netflix.hystrix.HystrixCommandProperties;
import com.netflix.hystrix.HystrixCommandProperties.ExecutionIsolationStrategy;
import com.netflix.hystrix.HystrixObservableCommand;
import com.netflix.hystrix.HystrixThreadPoolProperties;
import com.netflix.hystrix.exception.HystrixRuntimeException;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import rx.Observable;

/**
 * Hystrix 1.5.18 with its fast settings: set-up made once, no request log, no request cache, no timeout but where it is
 * measured, errands on the calling thread but where the pool is measured. A command serves one call, so one is made for each.
 * It always counts, and always has a semaphore or a pool; it cannot be told to leave the stack out of its refusals.
 */
final class HystrixRows {

    private static final String NAME = "Hystrix";
    private static final String ALWAYS = "a semaphore, metrics, and a command object for each call";
    private static final int HOURS_IN_MILLIS = 3_600_000;

    private HystrixRows() {}

    static List<Row> all() {
        return List.of(
                row(Scenario.TEN_SECONDS, "tenSeconds", HystrixRows::breaker)
                        .less("has no slow-call detection; but " + ALWAYS),
                row(Scenario.REFUSED, "refused", HystrixRows::forcedOpen).more("forced open; with stack; metrics"),
                row(Scenario.REFUSED_THROUGH_FRAMES, "refusedThroughFrames", HystrixRows::forcedOpen)
                        .more("forced open; with stack; metrics"),
                row(Scenario.BULKHEAD, "bulkhead", p -> p).more("metrics, and a command object for each call"),
                Row.of(Scenario.POOL, NAME, "pool", HystrixRows::pool)
                        .more("metrics, and a command object for each call; 32 threads, for it has no queue and refuses"
                                + " who comes before a thread is back"),
                row(
                                Scenario.ATTEMPT_TIMEOUT,
                                "attemptTimeout",
                                p -> p.withExecutionTimeoutEnabled(true).withExecutionTimeoutInMilliseconds(1_000))
                        .less("does not end what runs on its caller's thread; but " + ALWAYS),
                Row.of(Scenario.FALLBACK, NAME, "fallback", () -> fallback("fallback", errand -> errand::run))
                        .more(ALWAYS),
                Row.of(
                                Scenario.FALLBACK_ANSWERS,
                                NAME,
                                "fallbackAnswers",
                                () -> fallback("fallbackAnswers", errand -> errand::fail))
                        .more(ALWAYS),
                Row.of(Scenario.KEYED, NAME, "keyed", HystrixRows::keyed).more(ALWAYS),
                row(Scenario.FULL_GUARD, "fullGuard", HystrixRows::breaker)
                        .less("has no retry: breaker of 10 s and semaphore; but metrics"),
                Row.of(Scenario.ASYNC_FULL_GUARD, NAME, "asyncFullGuard", HystrixRows::observable)
                        .less("has no retry: breaker of 10 s and semaphore, an Observable; but metrics"));
    }

    /** The work as a command. */
    private static final class Command extends HystrixCommand<Object> {

        private final Supplier<Object> work;

        Command(HystrixCommand.Setter settings, Supplier<Object> work) {
            super(settings);
            this.work = work;
        }

        @Override
        protected Object run() {
            return work.get();
        }
    }

    /** The work as a command with an answer in reserve. */
    private static final class WithFallback extends HystrixCommand<Object> {

        private final Supplier<Object> work;
        private final Errand errand;

        WithFallback(HystrixCommand.Setter settings, Errand errand, Supplier<Object> work) {
            super(settings);
            this.work = work;
            this.errand = errand;
        }

        @Override
        protected Object run() {
            return work.get();
        }

        @Override
        protected Object getFallback() {
            return errand.value();
        }
    }

    /** The work as an observable. */
    private static final class ObservableCommand extends HystrixObservableCommand<Object> {

        private final Errand errand;

        ObservableCommand(HystrixObservableCommand.Setter settings, Errand errand) {
            super(settings);
            this.errand = errand;
        }

        @Override
        protected Observable<Object> construct() {
            return Observable.just(errand.run());
        }
    }

    private static HystrixCommandProperties.Setter common() {
        return HystrixCommandProperties.Setter()
                .withExecutionIsolationStrategy(ExecutionIsolationStrategy.SEMAPHORE)
                .withExecutionIsolationSemaphoreMaxConcurrentRequests(10)
                .withExecutionTimeoutEnabled(false)
                .withRequestLogEnabled(false)
                .withRequestCacheEnabled(false)
                .withMetricsRollingPercentileEnabled(false)
                .withCircuitBreakerEnabled(false);
    }

    private static HystrixCommandProperties.Setter breaker(HystrixCommandProperties.Setter properties) {
        return properties
                .withCircuitBreakerEnabled(true)
                .withCircuitBreakerErrorThresholdPercentage(50)
                .withCircuitBreakerRequestVolumeThreshold(100)
                .withCircuitBreakerSleepWindowInMilliseconds(Trip.OPEN_HOURS * HOURS_IN_MILLIS);
    }

    /** Without looking for an answer in reserve. */
    private static HystrixCommandProperties.Setter forcedOpen(HystrixCommandProperties.Setter properties) {
        return breaker(properties).withCircuitBreakerForceOpen(true).withFallbackEnabled(false);
    }

    private static HystrixCommand.Setter named(String name, HystrixCommandProperties.Setter properties) {
        return HystrixCommand.Setter.withGroupKey(HystrixCommandGroupKey.Factory.asKey("bench"))
                .andCommandKey(HystrixCommandKey.Factory.asKey(name))
                .andCommandPropertiesDefaults(properties);
    }

    private static Row row(Scenario scenario, String name, UnaryOperator<HystrixCommandProperties.Setter> properties) {
        return Row.of(scenario, NAME, name, () -> {
            HystrixCommand.Setter settings = named(name, properties.apply(common()));
            return errand -> {
                Supplier<Object> work = errand::run;
                return () -> execute(new Command(settings, work));
            };
        });
    }

    /** The work's own exception is inside one of Hystrix's. */
    private static Object execute(HystrixCommand<Object> command) {
        try {
            return command.execute();
        } catch (HystrixRuntimeException e) {
            if (e.getCause() instanceof Failure failed) {
                throw failed;
            }
            throw e;
        }
    }

    private static Guarded pool() {
        HystrixCommand.Setter settings = named(
                        "pool", common().withExecutionIsolationStrategy(ExecutionIsolationStrategy.THREAD))
                .andThreadPoolPropertiesDefaults(
                        HystrixThreadPoolProperties.Setter().withCoreSize(32));
        return errand -> {
            Supplier<Object> work = errand::run;
            return () -> execute(new Command(settings, work));
        };
    }

    private static Guarded fallback(String name, Function<Errand, Supplier<Object>> workOf) {
        HystrixCommand.Setter settings = named(name, common());
        return errand -> {
            Supplier<Object> work = workOf.apply(errand);
            return () -> execute(new WithFallback(settings, errand, work));
        };
    }

    private static Guarded keyed() {
        HystrixCommandProperties.Setter properties = breaker(common());
        ConcurrentMap<String, HystrixCommand.Setter> settings = new ConcurrentHashMap<>();
        return errand -> {
            Supplier<Object> work = errand::run;
            return () -> execute(
                    new Command(settings.computeIfAbsent(errand.nextKey(), key -> named(key, properties)), work));
        };
    }

    private static Guarded observable() {
        HystrixObservableCommand.Setter settings = HystrixObservableCommand.Setter.withGroupKey(
                        HystrixCommandGroupKey.Factory.asKey("bench"))
                .andCommandKey(HystrixCommandKey.Factory.asKey("asyncFullGuard"))
                .andCommandPropertiesDefaults(breaker(common()));
        return errand -> () -> new ObservableCommand(settings, errand)
                .toObservable()
                .toBlocking()
                .single();
    }
}
