package dev.plimsoll.bench;

import static java.time.Duration.ofHours;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;

import dev.plimsoll.budget.FailureKind;
import dev.plimsoll.budget.FixedCount;
import dev.plimsoll.budget.RetryBudget;
import dev.plimsoll.budget.TokenBucket;
import dev.plimsoll.bulkhead.Bulkhead;
import dev.plimsoll.call.Permit;
import dev.plimsoll.call.Work;
import dev.plimsoll.idempotency.Idempotency;
import dev.plimsoll.limit.RateLimiter;
import dev.plimsoll.shed.Shedder;
import dev.plimsoll.time.Time;
import dev.plimsoll.time.Timer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/** Plimsoll's parts by themselves, without a guard around them. */
final class PlimsollParts {

    private static final int PENDING = 1_000_000;

    private PlimsollParts() {}

    static List<Row> all() {
        return List.of(
                budget("budgetRatio", "10 % of the calls", () -> RetryBudget.ratio(0.1)),
                budget("budgetTokens", "token bucket", () -> RetryBudget.tokenBucket(TokenBucket.aws())),
                budget("budgetCount", "fixed count", () -> RetryBudget.fixedCount(FixedCount.defaults())),
                Row.of(
                                Scenario.BULKHEAD,
                                Rows.OURS,
                                "bulkheadPermit",
                                () -> permits(Bulkhead.create("bench", 10)::tryEnter))
                        .variant("tryEnter")
                        .remark("a permit by hand"),
                Row.of(
                                Scenario.RATE_LIMITER,
                                Rows.OURS,
                                "rateLimiterPermit",
                                () -> permits(RateLimiter.create("bench", r -> r.permits(1_000_000_000))::tryEnter))
                        .variant("tryEnter")
                        .remark("a permit by hand"),
                Row.of(Scenario.SHED, Rows.OURS, "shedder", PlimsollParts::shedder)
                        .remark("50 under way are too many"),
                Row.of(Scenario.TIMER, Rows.OURS, "timer", () -> timer(ofSeconds(1))),
                Row.of(Scenario.TIMER_SAME, Rows.OURS, "timerSame", () -> timer(ofHours(2))),
                Row.of(Scenario.IDEMPOTENCY, Rows.OURS, "idempotency", PlimsollParts::known),
                Row.of(Scenario.IDEMPOTENCY_FIRST, Rows.OURS, "idempotencyFirst", PlimsollParts::first)
                        .more("makes the key; answers are kept for 10 ms"));
    }

    private static Row budget(String name, String variant, Supplier<RetryBudget> kind) {
        return Row.of(Scenario.BUDGET, Rows.OURS, name, () -> {
                    RetryBudget budget = kind.get();
                    Time time = Time.system();
                    boolean hearsSuccesses = budget.hearsSuccesses();
                    return errand -> () -> {
                        long now = time.coarse();
                        budget.deposit(now);
                        if (errand.isSixteenth()) {
                            boolean unused = budget.tryWithdraw(now, FailureKind.TRANSIENT);
                        }
                        Object value = errand.run();
                        if (hearsSuccesses) {
                            budget.succeeded(null);
                        }
                        return value;
                    };
                })
                .variant(variant);
    }

    private static Guarded permits(Supplier<Permit> gate) {
        return errand -> () -> {
            Permit permit = gate.get();
            try {
                Object value = errand.run();
                permit.succeeded();
                return value;
            } catch (RuntimeException failed) {
                permit.failed(failed);
                throw failed;
            }
        };
    }

    private static Guarded shedder() {
        Shedder shedder = Shedder.create("bench", s -> s.inFlightLimit(() -> 50));
        return errand -> () -> {
            try (Permit permit = shedder.admit("caller")) {
                Object value = errand.run();
                permit.succeeded();
                return value;
            }
        };
    }

    /** A timeout that nobody needs. */
    private static final class Nothing extends Timer {

        @Override
        protected void fire(long lateNanos) {}
    }

    /** They are started once in a virtual machine: JMH sets a row up for each of its runs. */
    private static final class Pending {

        static final Time TIME = Time.system();

        static {
            long hour = Time.nanos(ofHours(1));
            for (int i = 0; i < PENDING; i++) {
                TIME.start(new Nothing(), hour + i * 1_000L);
            }
        }
    }

    private static Guarded timer(Duration length) {
        Time time = Pending.TIME;
        long nanos = Time.nanos(length);
        return errand -> () -> {
            Timer timer = new Nothing();
            time.start(timer, nanos);
            Object value = errand.run();
            timer.cancel();
            return value;
        };
    }

    private static Guarded known() {
        Idempotency<Object> once = Idempotency.create("bench");
        return errand -> {
            Work<Object, RuntimeException> work = errand::run;
            return () -> once.once(errand.nextKey(), work);
        };
    }

    private static Guarded first() {
        Idempotency<Object> once =
                Idempotency.create("bench", i -> i.keepFor(ofMillis(10)).maxKeys(1_000_000));
        AtomicInteger threads = new AtomicInteger();
        return errand -> {
            Work<Object, RuntimeException> work = errand::run;
            String thread = threads.incrementAndGet() + "-";
            long[] calls = new long[1];
            return () -> once.once(thread + calls[0]++, work);
        };
    }
}
