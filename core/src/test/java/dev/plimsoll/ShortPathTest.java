package dev.plimsoll;

import static org.assertj.core.api.Assertions.assertThat;

import dev.plimsoll.breaker.CircuitBreaker;
import dev.plimsoll.budget.RetryBudget;
import dev.plimsoll.budget.TokenBucket;
import dev.plimsoll.bulkhead.Bulkhead;
import dev.plimsoll.call.Ambient;
import dev.plimsoll.call.ChangeObserver;
import dev.plimsoll.call.Classifier;
import dev.plimsoll.call.Criticality;
import dev.plimsoll.call.Deadline;
import dev.plimsoll.call.Event;
import dev.plimsoll.call.Event.CallEnded;
import dev.plimsoll.call.Observer;
import dev.plimsoll.call.Rejection;
import dev.plimsoll.call.RetryMark;
import dev.plimsoll.fallback.Fallback;
import dev.plimsoll.fallback.StaleValues;
import dev.plimsoll.retry.Retry;
import dev.plimsoll.time.VirtualTime;
import java.io.IOException;
import java.lang.reflect.Field;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The short paths of a call against the long one, which an observer of calls makes every call take: the same scripts of
 * calls, within each other too, come to the same answers, the same transitions, the same numbers.
 */
final class ShortPathTest {

    private static final int SCRIPTS = 30;
    private static final int CALLS = 25;

    private final Set<Integer> paths = new HashSet<>();

    /** One guard in one run of a script, and all that can be seen of it. */
    private final class Run implements AutoCloseable {

        private final List<String> seen = new ArrayList<>();
        private final Random random;
        private final VirtualTime time;
        private final Guards guards;
        private final List<UnaryOperator<GuardBuilder>> setUps;
        private final Bulkhead shared;
        private final RetryBudget budget;
        private final Guard guard;
        private final Guard view;
        private final Guard byKey;
        private final Guard around;
        private final Guard watching;
        private final Fallback<Object> remembering;

        Run(int script, long origin, Observer... observers) {
            random = new Random(script);
            time = VirtualTime.startingAt(origin, script);
            guards = Guards.create(g -> g.time(time).logging(false));
            ChangeObserver changes = event -> seen.add(words(event));
            shared = Bulkhead.create("shared", b -> b.maxConcurrent(1 + random.nextInt(2)), time);
            budget = RetryBudget.tokenBucket(TokenBucket.grpc(4, 0.5), time);
            setUps = List.of(drawn(changes, observers), drawn(changes, observers));
            guard = guards.guard("prices", setUps.get(0));
            view = guard.judgedBy(outcome -> Classifier.standard().judge(outcome));
            byKey = guards.<String>keyed("tenants", setUps.get(0)).get("one");
            around = guards.guard("shop", g -> others(g).retry(outer()).retryBudget(budget));
            watching = guards.guard("import", g -> others(g).heartbeatTimeout(Duration.ofMillis(50)));
            remembering = Fallback.onRefusedOrFailed()
                    .stale(StaleValues.<String, Object>create(Duration.ofMillis(100), 10, time), "key")
                    .orElse("none");
        }

        private GuardBuilder others(GuardBuilder g) {
            return random.nextInt(3) == 0 ? g.bulkhead(shared) : g;
        }

        private Retry outer() {
            Retry retry = Retry.immediate().maxAttempts(2);
            return random.nextBoolean() ? retry.retryAtEdge() : retry;
        }

        Run played() {
            for (int call = 0; call < CALLS; call++) {
                if (call == 0 || random.nextBoolean()) {
                    forgetAmbient();
                }
                seen.add(call + ": " + outcome(2) + (Thread.interrupted() ? ", interrupted" : ""));
                seen.add(guard.snapshot() + ", " + around.snapshot() + watching.snapshot() + byKey.snapshot()
                        + budget.snapshot() + shared + ", " + time.pendingTimers() + " timers");
                assertThat(!Ambient.isUsed() || Ambient.depth(Ambient.here()) == 0)
                        .isTrue();
                paths.add(engine(guard).path());
                time.advance(Duration.ofMillis(random.nextInt(40)));
            }
            return this;
        }

        private String outcome(int deep) {
            try {
                return String.valueOf(called(random.nextInt(16), deep));
            } catch (Exception | LinkageError thrown) {
                return thrown + " " + List.of(thrown.getSuppressed());
            }
        }

        private Object called(int way, int deep) throws Exception {
            Fallback<Object> fallback = Fallback.onRefusedOrFailed().orElse("fallback");
            return switch (way) {
                case 0 -> guard.<Object, Exception>call(() -> work(deep), refused -> refused.getMessage());
                case 1 -> guard.<Object, Exception>call(() -> work(deep), fallback);
                case 2 -> around.<Object, Exception>call(() -> guard.<Object, Exception>call(() -> work(deep)));
                case 3 ->
                    Deadline.in(time, Duration.ofMillis(random.nextInt(100)))
                            .<Object, Exception>call(() -> guard.<Object, Exception>call(() -> work(deep)));
                case 4 -> guard.<Object, Exception>answer(() -> work(deep));
                case 5 -> view.<Object, Exception>call(() -> work(deep));
                case 6 -> byKey.<Object, Exception>call(() -> work(deep));
                case 7 -> watching.<Object, Exception>call(() -> guard.<Object, Exception>call(() -> work(deep)));
                case 8 -> guard.<Object, Exception>call(() -> work(deep), remembering);
                case 9 -> guard.<Object, Exception>answer(() -> work(deep), remembering);
                case 10 ->
                    Criticality.SHEDDABLE.<Object, Exception>call(
                            () -> guard.<Object, Exception>call(() -> work(deep)));
                case 11 -> guard.<Object, Exception>call(attempt -> attempt.number() + ": " + work(deep));
                default -> guard.<Object, Exception>call(() -> work(deep));
            };
        }

        private Object work(int deep) throws Exception {
            time.advance(Duration.ofMillis(random.nextInt(4) == 0 ? random.nextInt(60) : 0));
            int what = random.nextInt(36);
            if (what < 4) {
                throw new IOException("lost");
            }
            return switch (what) {
                case 4 -> throw new IllegalStateException("wrong");
                case 5 -> throw new LinkageError("broken");
                case 6, 7, 8 -> deep == 0 ? "deepest" : "(" + outcome(deep - 1) + ")";
                case 9 -> reconfigured();
                case 10 -> operated();
                case 11 -> nothing();
                case 12 -> throw new InterruptedException();
                case 13 -> interrupted();
                case 14 ->
                    Deadline.current() + " " + Criticality.current() + RetryMark.isInForce() + RetryMark.isAtEdge();
                case 15 ->
                    Deadline.in(time, Duration.ofMillis(random.nextInt(20))).<Object, Exception>call(() -> outcome(0));
                case 16 -> resized();
                case 17 ->
                    throw new Rejection("other", "gate", Rejection.Reason.BULKHEAD_FULL, "full", 3_000_000)
                            .exception(false);
                case 18 -> budgeted();
                default -> "value " + what;
            };
        }

        @SuppressWarnings("NullAway") // work may return it, whatever its type says
        private static Object nothing() {
            return null;
        }

        private String reconfigured() {
            guard.reconfigure(setUps.get(random.nextInt(2)));
            return "reconfigured";
        }

        private String interrupted() {
            Thread.currentThread().interrupt();
            return "interrupted";
        }

        private String resized() {
            int most = 1 + random.nextInt(3);
            Bulkhead bulkhead = guard.bulkhead();
            if (bulkhead != null) {
                bulkhead.resize(most);
            }
            return "resized";
        }

        private String budgeted() {
            budget.reconfigure(TokenBucket.grpc(3 + random.nextInt(3), 0.5));
            return "budgeted";
        }

        private String operated() {
            CircuitBreaker breaker = guard.circuitBreaker();
            int what = random.nextInt(5);
            Duration span = Duration.ofMillis(20);
            if (breaker != null) {
                switch (what) {
                    case 0 -> breaker.forceOpen("test", "me", span);
                    case 1 -> breaker.disable("test", "me", span);
                    case 2 -> breaker.metricsOnly("test", "me", span);
                    case 3 -> breaker.reset("test", "me");
                    default -> breaker.forceOpen("test", "me", span.multipliedBy(2));
                }
            }
            return "operated";
        }

        private UnaryOperator<GuardBuilder> drawn(ChangeObserver changes, Observer... observers) {
            List<UnaryOperator<GuardBuilder>> parts = new ArrayList<>();
            parts.add(breaker(random.nextInt(8)));
            boolean shares = random.nextInt(3) == 0;
            parts.add(retry(shares ? g -> g.retryBudget(budget) : g -> g));
            parts.add(random.nextInt(4) == 0 ? g -> g.bulkhead(shared) : permits(random));
            if (random.nextInt(4) == 0) {
                parts.add(GuardBuilder::uncounted);
            }
            parts.add(g -> g.observer(changes));
            for (Observer each : observers) {
                parts.add(g -> g.observer(each));
            }
            return guard -> {
                GuardBuilder all = guard;
                for (UnaryOperator<GuardBuilder> each : parts) {
                    all = each.apply(all);
                }
                return all;
            };
        }

        private UnaryOperator<GuardBuilder> retry(UnaryOperator<GuardBuilder> charged) {
            Retry retry = random.nextBoolean() ? Retry.immediate() : Retry.fixed(Duration.ofMillis(5));
            return switch (random.nextInt(3)) {
                case 0 -> g -> charged.apply(g.retry(retry.maxAttempts(3)));
                case 1 -> g -> charged.apply(g.retry(retry.maxAttempts(2).retryAtEdge()));
                default -> g -> g;
            };
        }

        @Override
        public void close() {
            guards.close();
            seen.add("closed: " + outcome(0));
            assertThat(time.pendingTimers()).isZero();
        }
    }

    /** As in a process where nothing has put anything around a thread yet: only there the shortest path is taken. */
    private static void forgetAmbient() {
        try {
            Field holder = Ambient.class.getDeclaredField("HOLDER");
            holder.setAccessible(true);
            ((ThreadLocal<?>) holder.get(null)).remove();
            Field used = Ambient.class.getDeclaredField("used");
            used.setAccessible(true);
            used.setBoolean(null, false);
        } catch (ReflectiveOperationException e) {
            throw new LinkageError(e.getMessage(), e);
        }
    }

    @AfterEach
    void useAmbient() {
        forgetAmbient();
        assertThat(Ambient.here()).isNotEmpty();
        assertThat(Ambient.isUsed()).isTrue();
    }

    private static ShortPath engine(Guard guard) {
        try {
            Field inForce = Guard.class.getDeclaredField("inForce");
            inForce.setAccessible(true);
            return ((InForce) inForce.get(guard)).now().engine();
        } catch (ReflectiveOperationException e) {
            throw new LinkageError(e.getMessage(), e);
        }
    }

    private static String words(Event event) {
        return event.toString().replaceAll("(wall|at)=[^,\\]]*", "");
    }

    private static String firstDifference(List<String> brief, List<String> whole) {
        for (int i = 0; i < Math.max(brief.size(), whole.size()); i++) {
            String one = i < brief.size() ? brief.get(i) : "nothing more";
            String other = i < whole.size() ? whole.get(i) : "nothing more";
            if (!one.equals(other)) {
                return "after " + brief.subList(Math.max(0, i - 3), i) + "\n  short: " + one + "\n  long:  " + other;
            }
        }
        return "";
    }

    private static UnaryOperator<GuardBuilder> breaker(int kind) {
        Duration open = Duration.ofMillis(30);
        return switch (kind) {
            case 0 -> g -> g.circuitBreaker(b -> b.consecutiveFailures(2).openFor(open));
            case 1 ->
                g -> g.circuitBreaker(
                        b -> b.failureRate(0.5, 4).overLastCalls(4).openFor(open));
            case 2 ->
                g -> g.circuitBreaker(b -> b.slowCallRate(0.5, Duration.ofMillis(10), 4)
                        .overLast(Duration.ofSeconds(1))
                        .openFor(open));
            case 3 ->
                g -> g.circuitBreaker(b -> b.slowCallRate(0.5, open, 2)
                        .consecutiveFailures(3)
                        .rampUp(Duration.ofMillis(50))
                        .openFor(open));
            case 4 -> g -> g.circuitBreaker();
            case 5 ->
                g -> g.circuitBreaker(
                        b -> b.failures(3).overLast(Duration.ofMillis(200)).openFor(open));
            default -> g -> g;
        };
    }

    private static UnaryOperator<GuardBuilder> permits(Random random) {
        boolean queues = random.nextInt(3) == 0;
        return switch (random.nextInt(4)) {
            case 0 -> g -> g.bulkhead(1);
            case 1 ->
                g -> g.bulkhead(b -> (queues ? b.maxWaiting(1).maxWait(Duration.ofMillis(5)) : b).maxConcurrent(2));
            case 2 ->
                g -> g.rateLimiter(r -> (queues ? r.maxWait(Duration.ofMillis(5)) : r)
                        .permits(1)
                        .per(Duration.ofMillis(10))
                        .burst(5));
            default -> g -> g;
        };
    }

    @ParameterizedTest
    @ValueSource(longs = {0, Long.MAX_VALUE - 1_000_000, Long.MIN_VALUE, -1})
    @DisplayName("CA-1 CB-13 RB-1 BH-2 EV-2 the short paths of a call come to the same as the long one")
    void shortPaths_comeToTheSame(long origin) {
        Observer ofCalls = event -> {};
        for (int script = 0; script < SCRIPTS; script++) {
            Run brief = new Run(script, origin);
            Run whole = new Run(script, origin, ofCalls);
            try (brief;
                    whole) {
                brief.played();
                whole.played();
            }
            assertThat(firstDifference(brief.seen, whole.seen))
                    .as("script " + script)
                    .isEmpty();
        }
        assertThat(paths).contains(ShortPath.LONG, ShortPath.PLAIN, ShortPath.GATES);
    }

    @Test
    @DisplayName("EV-1 EV-2 whoever comes in the midst of a call hears on each path that it and its attempt have ended")
    void observer_whoComesMeanwhile_hearsOfTheEnd() throws Exception {
        for (UnaryOperator<GuardBuilder> setUp : List.<UnaryOperator<GuardBuilder>>of(
                g -> g,
                g -> g.circuitBreaker(),
                g -> g.bulkhead(1).retry(Retry.immediate()),
                g -> g.rateLimiter(r -> r.permits(5)))) {
            try (ObservedScene scene = new ObservedScene()) {
                Heard heard = new Heard();
                Guard guard = scene.guards.guard("prices", setUp);
                guard.run(() -> guard.observe(heard));
                assertThat(heard.only(CallEnded.class).end()).isEqualTo(Event.End.ANSWERED);
                assertThat(heard.only(Event.AttemptEnded.class).number()).isEqualTo(1);
                guard.forget(heard);
            }
        }
    }
}
