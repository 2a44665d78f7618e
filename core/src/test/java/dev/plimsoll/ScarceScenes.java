package dev.plimsoll;

import dev.plimsoll.bulkhead.Bulkhead;
import dev.plimsoll.call.Admission;
import dev.plimsoll.call.Ambient;
import dev.plimsoll.call.Deadline;
import dev.plimsoll.call.Judgement;
import dev.plimsoll.hedge.Hedge;
import dev.plimsoll.hedge.HedgeSnapshot;
import dev.plimsoll.retry.Retry;
import dev.plimsoll.time.VirtualTime;
import java.io.IOException;
import java.lang.reflect.Field;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiFunction;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Calls of guards of every kind while {@link Shortage} lets an allocation fail, and what is out or counted after them. */
final class ScarceScenes {

    private static final Duration SECOND = Duration.ofSeconds(1);

    private final VirtualTime time = VirtualTime.create();
    private final Guards guards = Guards.create(g -> g.time(time).logging(false));
    private final Guard guard;
    private final IOException down = new Down();
    private final IllegalStateException mistake = new IllegalStateException("mistake");
    private final AssertionError broken = new AssertionError("broken");
    private final AtomicInteger runs = new AtomicInteger();
    private final CompletableFuture<Object> answer = new CompletableFuture<>();
    private CompletableFuture<?> future = CompletableFuture.completedFuture(null);

    /** What a scene throws is made before the shortage begins. */
    private static final class Down extends IOException {
        private static final long serialVersionUID = 1L;

        Down() {
            super("down");
        }

        @Override
        public synchronized Throwable fillInStackTrace() {
            return this;
        }
    }

    interface Act {
        void happens(ScarceScenes scene) throws Throwable;
    }

    private ScarceScenes(UnaryOperator<GuardBuilder> kind) {
        this.guard = guards.guard("prices", kind);
    }

    static Map<String, UnaryOperator<GuardBuilder>> kinds() {
        Map<String, UnaryOperator<GuardBuilder>> all = new LinkedHashMap<>();
        UnaryOperator<GuardBuilder> gates =
                g -> g.circuitBreaker(b -> b.consecutiveFailures(50)).bulkhead(2);
        UnaryOperator<GuardBuilder> half = g -> g.bulkhead(2)
                .circuitBreaker(b -> b.consecutiveFailures(1)
                        .openFor(SECOND)
                        .maxConcurrentProbes(1)
                        .successesToClose(3));
        UnaryOperator<GuardBuilder> queue = g -> g.circuitBreaker(b -> b.consecutiveFailures(50))
                .bulkhead(b -> b.maxConcurrent(2).maxWaiting(2).maxWait(SECOND));
        UnaryOperator<GuardBuilder> limits = g -> queue.apply(g)
                .rateLimiter(r -> r.permits(1000).per(SECOND).maxWait(SECOND))
                .adaptiveThrottle(t -> t)
                .concurrencyLimit(l -> l.aimd().within(5, 10).initial(7));
        all.put("gates", gates);
        all.put("plain", g -> gates.apply(g).retry(Retry.immediate()));
        all.put("pausing", g -> gates.apply(g).retry(Retry.fixed(Duration.ofMillis(10))));
        all.put("timed", g -> gates.apply(g).retry(Retry.immediate()).attemptTimeout(SECOND));
        all.put("queue", g -> queue.apply(g).retry(Retry.immediate()));
        all.put("judging", g -> gates.apply(g).retry(Retry.immediate().retryOnResult("bad"::equals)));
        all.put("limits", limits);
        all.put("limits plain", g -> limits.apply(g).retry(Retry.immediate()));
        all.put("half", half);
        all.put("half plain", g -> half.apply(g).retry(Retry.immediate()));
        all.put("half limits", g -> half.apply(limits.apply(g)).retry(Retry.immediate()));
        all.put("pool", g -> g.bulkhead(b -> b.maxConcurrent(2).ownPool()).retry(Retry.immediate()));
        all.put(
                "hedged",
                g -> g.bulkhead(b -> b.maxConcurrent(2).ownPool())
                        .retry(Retry.immediate())
                        .hedge(Hedge.after(Duration.ofMillis(20))));
        return all;
    }

    static Map<String, Act> acts() {
        Map<String, Act> all = new LinkedHashMap<>();
        all.put("good", s -> s.guard.get(s::good));
        all.put("down", s -> s.guard.run(() -> s.thrown(s.down)));
        all.put("mistake", s -> s.guard.run(() -> s.thrown(s.mistake)));
        all.put("error", s -> s.guard.run(s::breaks));
        all.put(
                "second good",
                s -> s.guard.run(() -> {
                    if (s.good() == 1) {
                        throw s.down;
                    }
                }));
        all.put("bad value", s -> s.guard.get(() -> s.good() == 0 ? "good" : "bad"));
        all.put("async good", s -> s.calls(() -> CompletableFuture.completedFuture(s.good())));
        all.put("async down", s -> s.calls(() -> CompletableFuture.failedFuture(s.down())));
        all.put(
                "async throws",
                s -> s.calls(() -> {
                    throw s.down();
                }));
        all.put("async later", s -> {
            s.calls(s::later);
            s.answer.complete("later");
        });
        all.put("async later down", s -> {
            s.calls(s::later);
            s.answer.completeExceptionally(s.down);
        });
        all.put("async cancelled", s -> {
            s.calls(s::later);
            s.future.cancel(true);
        });
        all.put("async queued", s -> s.queued(f -> {}));
        all.put("async queued cancelled", s -> s.queued(f -> f.cancel(true)));
        return all;
    }

    interface AsyncWork {
        CompletableFuture<?> begin() throws Exception;
    }

    interface Ends {
        void end(CompletableFuture<?> future);
    }

    private int good() {
        return runs.incrementAndGet();
    }

    private void thrown(Exception error) throws Exception {
        good();
        throw error;
    }

    private void breaks() {
        good();
        throw broken;
    }

    private IOException down() {
        good();
        return down;
    }

    private CompletableFuture<?> later() {
        good();
        return answer;
    }

    private void calls(AsyncWork work) {
        future = new CompletableFuture<>();
        CompletableFuture<?> called;
        try {
            called = guard.callAsync(work::begin);
        } catch (Throwable none) {
            future.completeExceptionally(none);
            throw none;
        }
        future = called;
    }

    private void queued(Ends ends) {
        Bulkhead places = Objects.requireNonNull(guard.bulkhead());
        boolean queues = places.config().maxWaiting() > 0;
        Admission.Leave one = queues ? places.enterNow() : null;
        Admission.Leave two = queues ? places.enterNow() : null;
        try {
            calls(() -> CompletableFuture.completedFuture(good()));
            ends.end(future);
        } finally {
            if (one != null && two != null) {
                places.settle(one, Judgement.SUCCESS, 0, 0, null);
                places.settle(two, Judgement.SUCCESS, 0, 0, null);
            }
        }
    }

    /** Null when no allocation has failed; else what is out or counted, nothing when all is well. */
    private @Nullable List<String> play(Act act, int allocations, boolean lasting) throws Exception {
        Shortage.begin(allocations, lasting);
        Throwable thrown = null;
        try {
            act.happens(this);
        } catch (Throwable any) {
            thrown = any;
        }
        Throwable planted = Shortage.end();
        if (planted == null) {
            guards.close();
            return null;
        }
        time.advance(SECOND);
        answer.complete("very late");
        time.advance(SECOND.multipliedBy(5));
        List<String> left = left(lasting);
        guards.close();
        if (!left.isEmpty()) {
            List<StackTraceElement> trace = List.of(planted.getStackTrace());
            left.add(thrown + ", for " + trace.subList(1, Math.min(9, trace.size())));
        }
        return left;
    }

    private List<String> left(boolean lasting) throws ReflectiveOperationException {
        List<String> left = new ArrayList<>();
        GuardSnapshot now = guard.snapshot();
        now.bulkhead().ifPresent(b -> expect(left, "permits", b.active() + b.waiting() + b.orphans(), 0));
        now.concurrencyLimit().ifPresent(l -> expect(left, "slots", l.inFlight(), 0));
        now.rateLimiter().ifPresent(r -> expect(left, "turns", r.waiting(), 0));
        now.breaker()
                .ifPresent(b ->
                        expect(left, "probes", b.judged().probes() + b.judged().orphans(), 0));
        if (!lasting) { // to give a charge back takes memory, too: else it stays until the window has passed
            long launched = now.hedges().map(HedgeSnapshot::launched).orElse(0L);
            now.budget()
                    .ifPresent(b -> expect(left, "charges", Math.max(0, b.retries() - now.retries() - launched), 0));
        }
        expect(left, "timers", time.pendingTimers(), 0);
        expect(left, "frames", Ambient.depth(Ambient.here()), 0);
        expect(left, "deadline", Deadline.current().isNone() ? 0 : 1, 0);
        expect(left, "future pending", future.isDone() ? 0 : 1, 0);
        Unfinished unfinished = guards.unfinished();
        expect(left, "asynchronous", unfinished.isAnyUnderway() ? 1 : 0, 0);
        Field retrying = Unfinished.class.getDeclaredField("retrying");
        retrying.setAccessible(true);
        expect(left, "retrying", ((AtomicInteger) retrying.get(unfinished)).get(), 0);
        return left;
    }

    private static void expect(List<String> left, String what, long is, long expected) {
        if (is != expected) {
            left.add(what + " " + is);
        }
    }

    private static @Nullable List<String> play(String kind, String act, int allocations, boolean lasting) {
        try {
            ScarceScenes scene = new ScarceScenes(Objects.requireNonNull(kinds().get(kind)));
            if (kind.startsWith("half")) {
                scene.halfOpen();
            }
            return scene.play(Objects.requireNonNull(acts().get(act)), allocations, lasting);
        } catch (Exception e) {
            throw new IllegalStateException(kind + " " + act + " " + allocations + " " + lasting, e);
        }
    }

    private void halfOpen() {
        Objects.requireNonNull(guard.circuitBreaker());
        try {
            guard.run(() -> {
                throw down;
            });
        } catch (IOException opened) {
            time.advance(SECOND);
        }
    }

    /** For the other class loader. */
    static final class Player implements BiFunction<String, Integer, @Nullable List<String>> {
        @Override
        public @Nullable List<String> apply(String scene, Integer allocations) {
            String[] names = scene.split(": ", -1);
            return play(names[0], names[1], allocations, names[2].equals("lasting"));
        }
    }
}
