package dev.plimsoll;

import static org.assertj.core.api.Assertions.assertThat;

import dev.plimsoll.call.Ambient;
import dev.plimsoll.call.ChangeObserver;
import dev.plimsoll.call.Deadline;
import dev.plimsoll.call.Event;
import dev.plimsoll.call.Event.CallEnded;
import dev.plimsoll.call.Observer;
import dev.plimsoll.fallback.Fallback;
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

    private static final int SCRIPTS = 120;
    private static final int CALLS = 25;

    private final Set<Integer> paths = new HashSet<>();

    /** One guard in one run of a script, and all that can be seen of it. */
    private final class Run implements AutoCloseable {

        private final List<String> seen = new ArrayList<>();
        private final Random random;
        private final VirtualTime time;
        private final Guards guards;
        private final UnaryOperator<GuardBuilder> setUp;
        private final Guard guard;
        private final Guard around;

        Run(int script, long origin, Observer... observers) {
            random = new Random(script);
            time = VirtualTime.startingAt(origin, script);
            guards = Guards.create(g -> g.time(time).logging(false));
            ChangeObserver changes = event -> seen.add(words(event));
            setUp = drawn(random, changes, observers);
            guard = guards.guard("prices", setUp);
            boolean edge = random.nextBoolean();
            Retry retry = Retry.immediate().maxAttempts(2);
            around = guards.guard("shop", g -> g.retry(edge ? retry.retryAtEdge() : retry));
        }

        Run played() {
            for (int call = 0; call < CALLS; call++) {
                if (call == 0 || random.nextBoolean()) {
                    forgetAmbient();
                }
                seen.add(call + ": " + outcome(2));
                seen.add(guard.snapshot() + ", " + time.pendingTimers() + " timers");
                assertThat(!Ambient.isUsed() || Ambient.depth(Ambient.here()) == 0)
                        .isTrue();
                paths.add(engine(guard).path());
                time.advance(Duration.ofMillis(random.nextInt(40)));
            }
            return this;
        }

        private String outcome(int deep) {
            try {
                return String.valueOf(called(random.nextInt(8), deep));
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
                default -> guard.<Object, Exception>call(() -> work(deep));
            };
        }

        private Object work(int deep) throws Exception {
            time.advance(Duration.ofMillis(random.nextInt(4) == 0 ? random.nextInt(60) : 0));
            int what = random.nextInt(24);
            if (what < 4) {
                throw new IOException("lost");
            }
            return switch (what) {
                case 4 -> throw new IllegalStateException("wrong");
                case 5 -> throw new LinkageError("broken");
                case 6, 7, 8 -> deep == 0 ? "deepest" : "(" + outcome(deep - 1) + ")";
                case 9 -> reconfigured();
                case 10 -> operated();
                default -> "value " + what;
            };
        }

        private String reconfigured() {
            guard.reconfigure(setUp);
            return "reconfigured";
        }

        private String operated() {
            if (guard.circuitBreaker() != null) {
                guard.circuitBreaker().forceOpen("test", "me", Duration.ofMillis(20));
            }
            return "operated";
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

    private static UnaryOperator<GuardBuilder> drawn(Random random, ChangeObserver changes, Observer... observers) {
        List<UnaryOperator<GuardBuilder>> parts = new ArrayList<>();
        parts.add(breaker(random.nextInt(6)));
        parts.add(retry(random));
        parts.add(permits(random));
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
            default -> g -> g;
        };
    }

    private static UnaryOperator<GuardBuilder> retry(Random random) {
        Retry retry = random.nextBoolean() ? Retry.immediate() : Retry.fixed(Duration.ofMillis(5));
        return switch (random.nextInt(3)) {
            case 0 -> g -> g.retry(retry.maxAttempts(3));
            case 1 -> g -> g.retry(retry.maxAttempts(2).retryAtEdge());
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
                g -> g.rateLimiter(r -> r.permits(1).per(Duration.ofMillis(10)).burst(5));
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
