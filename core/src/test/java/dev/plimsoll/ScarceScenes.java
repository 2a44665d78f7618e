package dev.plimsoll;

import dev.plimsoll.bulkhead.Bulkhead;
import dev.plimsoll.call.Admission;
import dev.plimsoll.call.Ambient;
import dev.plimsoll.call.CallObserver;
import dev.plimsoll.call.Deadline;
import dev.plimsoll.call.Event;
import dev.plimsoll.call.Judgement;
import dev.plimsoll.fallback.Fallback;
import dev.plimsoll.hedge.Hedge;
import dev.plimsoll.hedge.HedgeSnapshot;
import dev.plimsoll.limit.RateLimiter;
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
    private final @Nullable KeyedGuards<String> hosts;
    private final Guard guard;
    private final IOException down = new Down();
    private final IllegalStateException mistake = new IllegalStateException("mistake");
    private final AssertionError broken = new AssertionError("broken");
    private final AtomicInteger runs = new AtomicInteger();
    private final CompletableFuture<Object> answer = new CompletableFuture<>();
    private int unsettled;
    private boolean runsOn; // although the call is over
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

    /** Hears of all, and is around all calls. */
    private record Around() implements CallObserver {

        private static final AtomicInteger OPEN = new AtomicInteger();
        private static final Scope LEAVES = OPEN::decrementAndGet;

        @Override
        public Scope begins(String dependency) {
            OPEN.incrementAndGet();
            return LEAVES;
        }

        @Override
        public Snapshot capture() {
            return () -> () -> {};
        }

        @Override
        public void on(Event event) {}
    }

    private ScarceScenes(String kind) {
        UnaryOperator<GuardBuilder> setup = Objects.requireNonNull(kinds().get(kind));
        this.hosts = kind.startsWith("keyed")
                ? guards.keyed("prices", setup, k -> k.maximumSize(2).idleAfter(SECOND))
                : null;
        this.guard = hosts == null ? guards.guard("prices", setup) : hosts.get("a");
        if (kind.equals("keyed")) {
            GuardSnapshot unused = guard.snapshot(); // so that it is made already
        }
    }

    static Map<String, UnaryOperator<GuardBuilder>> kinds() {
        Map<String, UnaryOperator<GuardBuilder>> all = new LinkedHashMap<>();
        UnaryOperator<GuardBuilder> gates =
                g -> g.circuitBreaker(b -> b.consecutiveFailures(50)).bulkhead(2);
        UnaryOperator<GuardBuilder> half = g -> half(g).bulkhead(2);
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
        more(gates, all);
        return all;
    }

    private static void more(UnaryOperator<GuardBuilder> gates, Map<String, UnaryOperator<GuardBuilder>> all) {
        all.put("half rate", g -> half(g).rateLimiter(r -> r.permits(1000).per(SECOND)));
        all.put(
                "lifo",
                g -> g.circuitBreaker(b -> b.consecutiveFailures(50))
                        .bulkhead(b ->
                                b.maxConcurrent(2).maxWaiting(9).maxWait(SECOND).lifoUnderOverload()));
        all.put("observed", g -> gates.apply(g).retry(Retry.immediate()).observer(new Around()));
        all.put("keyed", g -> g.bulkhead(2).totalTimeout(SECOND.multipliedBy(3)));
        all.put("keyed observed", g -> g.circuitBreaker().observer(event -> {}).observer(new Around()));
        all.put("pool", g -> g.bulkhead(b -> b.maxConcurrent(2).ownPool()).retry(Retry.immediate()));
        all.put(
                "hedged",
                g -> g.bulkhead(b -> b.maxConcurrent(2).ownPool())
                        .retry(Retry.immediate())
                        .hedge(Hedge.after(Duration.ofMillis(20))));
        all.put(
                "hedged observed",
                g -> g.bulkhead(b -> b.maxConcurrent(2).ownPool())
                        .hedge(Hedge.after(Duration.ofMillis(20)))
                        .observer(event -> {}));
    }

    private static GuardBuilder half(GuardBuilder g) {
        return g.circuitBreaker(b ->
                b.consecutiveFailures(1).openFor(SECOND).maxConcurrentProbes(1).successesToClose(3));
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
        all.put("asked", s -> s.guard.call(attempt -> s.good() + attempt.number()));
        all.put(
                "or else",
                s -> s.guard.call(s::good, Fallback.<Integer>onFailed().orElse(7)));
        all.put("good, after other settings", s -> {
            Objects.requireNonNull(s.guard.rateLimiter())
                    .reconfigure(r -> r.permits(500).per(SECOND));
            s.guard.get(s::good);
        });
        asynchronous(all);
        return all;
    }

    private static void asynchronous(Map<String, Act> all) {
        all.put("async asked", s -> s.asks());
        all.put("async slower", s -> {
            s.calls(s::later);
            s.time.advance(Duration.ofMillis(20));
            s.answer.complete("later");
        });
        all.put("async overload", s -> s.overloads());
        all.put("async good", s -> s.calls(() -> CompletableFuture.completedFuture(s.good())));
        all.put("async down", s -> s.calls(() -> CompletableFuture.failedFuture(s.down())));
        all.put(
                "async throws",
                s -> s.calls(() -> {
                    throw s.down();
                }));
        all.put("async later", s -> {
            s.calls(s::later);
            s.runsOn = s.future.isDone() && s.runs.get() > 0 && !s.answer.isDone();
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

    private void asks() {
        future = guard.callAsync(attempt -> CompletableFuture.completedFuture(good() + attempt.number()));
    }

    /** The queue stands: the newest of those who wait goes on, and those who have waited too long do not. */
    private void overloads() {
        Bulkhead places = guard.bulkhead();
        Admission.Leave one = places == null ? null : places.enterNow();
        Admission.Leave two = places == null ? null : places.enterNow();
        try {
            for (int i = 0; i < 4; i++) {
                calls(this::later);
            }
        } finally {
            for (Admission.Leave held : new Admission.Leave[] {one, two}) {
                time.advance(Duration.ofMillis(200));
                settles(places, held);
            }
        }
        answer.complete("later");
    }

    private void queued(Ends ends) {
        Bulkhead places = guard.bulkhead();
        Bulkhead queue = places == null || places.config().maxWaiting() == 0 ? null : places;
        Admission.Leave one = queue == null ? null : queue.enterNow();
        Admission.Leave two = queue == null ? null : queue.enterNow();
        try {
            calls(() -> CompletableFuture.completedFuture(good()));
            ends.end(future);
        } finally {
            settles(places, one);
            settles(places, two);
        }
    }

    /** As a gate is settled by an engine: that must not throw, whatever it has to tell to others. */
    private void settles(@Nullable Bulkhead places, Admission.@Nullable Leave held) {
        if (places != null && held != null) {
            unsettled++;
            places.settle(held, Judgement.SUCCESS, 0, 0, null);
            unsettled--;
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
        RateLimiter rate = guard.rateLimiter();
        expect(left, "sealed", rate == null || rate.enterNow() != null ? 0 : 1, 0);
        expect(left, "timers", time.pendingTimers(), 0);
        expect(left, "frames", Ambient.depth(Ambient.here()), 0);
        expect(left, "around the thread", Around.OPEN.getAndSet(0), 0);
        expect(left, "deadline", Deadline.current().isNone() ? 0 : 1, 0);
        expect(left, "unsettled", unsettled, 0);
        expect(left, "work", runsOn ? 1 : 0, 0);
        expect(left, "future pending", future.isDone() ? 0 : 1, 0);
        Unfinished unfinished = guards.unfinished();
        expect(left, "asynchronous", unfinished.isAnyUnderway() ? 1 : 0, 0);
        Field retrying = Unfinished.class.getDeclaredField("retrying");
        retrying.setAccessible(true);
        expect(left, "retrying", ((AtomicInteger) retrying.get(unfinished)).get(), 0);
        if (hosts != null) {
            time.advance(SECOND.multipliedBy(5));
            int unused = hosts.call("b", this::good) + hosts.call("c", this::good);
            expect(left, "visits", hosts.snapshot("a").isPresent() ? 1 : 0, 0);
        }
        return left;
    }

    private static void expect(List<String> left, String what, long is, long expected) {
        if (is != expected) {
            left.add(what + " " + is);
        }
    }

    private static @Nullable List<String> play(String kind, String act, int allocations, boolean lasting) {
        try {
            ScarceScenes scene = new ScarceScenes(kind);
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
