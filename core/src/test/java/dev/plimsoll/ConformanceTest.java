package dev.plimsoll;

import static org.assertj.core.api.Assertions.assertThat;

import dev.plimsoll.breaker.CircuitTransition;
import dev.plimsoll.call.ContextCarrier;
import dev.plimsoll.call.Event;
import dev.plimsoll.call.Event.AttemptEnded;
import dev.plimsoll.call.Event.CallEnded;
import dev.plimsoll.time.VirtualTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Both engines are driven by the same scripts, of several callers at once, on virtual time: what is told, when, and what
 * each caller gets is the same.
 */
final class ConformanceTest {

    private static final int SCRIPTS = 250;

    private static Callers callers;

    @BeforeAll
    static void begin() {
        callers = new Callers();
    }

    @AfterAll
    static void end() {
        callers.close();
    }

    @ParameterizedTest
    @ValueSource(longs = {0, Long.MAX_VALUE - 1_000_000, Long.MIN_VALUE, -1})
    @DisplayName(
            "CA-1 CA-3 CB-13 RT-5 BH-1 RL-1 CL-1 TO-1 TO-3 EV-1 EV-2 both engines: same gates, same order, same events, same answers")
    void engines_drivenByTheSameScripts_tellTheSame(long origin) throws Throwable {
        int told = 0;
        for (int script = 0; script < SCRIPTS; script++) {
            List<String> blocking = trace(Engines.BLOCKING, origin, script);
            List<String> async = trace(Engines.ASYNC, origin, script);
            assertThat(firstDifference(blocking, async))
                    .as(
                            "script %s: %s",
                            script, ConformanceScript.draw(new Random(script)).words())
                    .isEmpty();
            told += blocking.size();
        }
        assertThat(told).isGreaterThan(20 * SCRIPTS);
    }

    private static String firstDifference(List<String> blocking, List<String> async) {
        for (int i = 0; i < Math.max(blocking.size(), async.size()); i++) {
            String one = i < blocking.size() ? blocking.get(i) : "nothing more";
            String other = i < async.size() ? async.get(i) : "nothing more";
            if (!one.equals(other)) {
                return "after " + blocking.subList(Math.max(0, i - 3), i) + "\n  blocking: " + one + "\n  async:    "
                        + other;
            }
        }
        return "";
    }

    @Test
    @DisplayName("the scripts reach every way in which a call can end")
    void scripts_together_reachEveryEnding() throws Throwable {
        List<String> all = new ArrayList<>();
        for (int script = 0; script < SCRIPTS; script++) {
            all.addAll(trace(Engines.ASYNC, 0, script));
        }
        for (String expected : List.of(
                "ANSWERED",
                "FAILED",
                "TIMED_OUT",
                "REFUSED",
                "CIRCUIT_OPEN",
                "BULKHEAD_FULL",
                "BULKHEAD_TIMEOUT",
                "DEADLINE_EXPIRED",
                "RATE_LIMITED",
                "CONCURRENCY_LIMIT",
                "RetryScheduled",
                "NO_TIME",
                "ATTEMPTS_USED",
                "NOT_RETRYABLE",
                "HALF_OPEN",
                "limit ATTEMPT",
                "limit TOTAL",
                "limit HEARTBEAT")) {
            assertThat(all).as(expected).anyMatch(line -> line.contains(expected));
        }
    }

    /** Known in the work and to observers wherever the call is: carried along by the engines. */
    private static final ThreadLocal<String> CALLER = ThreadLocal.withInitial(() -> "nobody");

    private static ContextCarrier.Snapshot caller() {
        String name = CALLER.get();
        return () -> {
            String before = CALLER.get();
            CALLER.set(name);
            return () -> CALLER.set(before);
        };
    }

    private static void note(Map<String, List<String>> traces, String who, String line) {
        traces.computeIfAbsent(who, any -> new CopyOnWriteArrayList<>()).add(line);
    }

    /**
     * What each caller was told and got, and what the breaker did, in order and with the instants. Those are odd to each
     * other, so that no two things happen at the same one; what must, a permit that is handed on, has its own set-ups,
     * without anything immediate, a breaker included, that would race with it.
     */
    private static List<String> trace(Engines engine, long origin, int number) throws Throwable {
        Random random = new Random(number);
        ConformanceScript script = ConformanceScript.draw(random);
        VirtualTime time = VirtualTime.startingAt(origin, number);
        Guards guards = Guards.create(g -> g.time(time).logging(false).contextCarrier(ConformanceTest::caller));
        Guard guard = guards.guard("prices", script::setUp);
        script.warmUp(engine, guard, time);
        Map<String, List<String>> traces = new ConcurrentSkipListMap<>();
        guard.observe(event -> {
            String who = event instanceof CircuitTransition ? "circuit breaker" : CALLER.get();
            note(traces, who, at(time, origin) + words(event));
        });
        List<Runnable> bodies = new ArrayList<>();
        int calls = 4 + random.nextInt(12);
        for (int i = 0; i < calls; i++) {
            Random own = new Random(random.nextLong());
            Duration start = ConformanceScript.micros(random, 3_000_000);
            String name = "caller " + i;
            bodies.add(() -> {
                CALLER.set(name);
                note(traces, name, outcome(start, time, () -> script.call(engine, guard, time, own)));
            });
        }
        callers.run(time, bodies);
        time.advance(Duration.ofDays(2_000)); // the stages that were let go end as well
        List<String> trace = new ArrayList<>();
        traces.forEach((who, lines) -> lines.forEach(line -> trace.add(who + ": " + line)));
        trace.addAll(books(guard.snapshot()));
        guards.close();
        trace.add("timers " + time.pendingTimers());
        return trace;
    }

    /** What a caller gets who calls some time later. */
    private static String outcome(Duration start, VirtualTime time, Callee call) {
        try {
            time.sleep(start);
            return "gets " + call.call();
        } catch (Throwable error) {
            return "is thrown " + error;
        }
    }

    private interface Callee {
        Object call() throws Throwable;
    }

    private static List<String> books(GuardSnapshot now) {
        return List.of(
                "calls " + now.calls() + " retries " + now.retries() + " refusals " + now.refusals(),
                "" + now.rateLimiter() + now.concurrencyLimit() + now.throttle(),
                "" + now.bulkhead().map(b -> b.active() + " active " + b.waiting() + " waiting " + b.available()));
    }

    private static String at(VirtualTime time, long origin) {
        return (time.precise() - origin) + " ";
    }

    /** Without what cannot be equal: the identity of errors. */
    private static String words(Event event) {
        if (event instanceof CallEnded ended) {
            return "CallEnded " + ended.end() + " " + ended.attempts() + " " + ended.elapsedNanos() + " "
                    + error(ended.error())
                    + ended.earlier().stream().map(ConformanceTest::error).toList() + " "
                    + ended.refusal() + " " + ended.leftNanos() + " " + ended.course();
        }
        if (event instanceof AttemptEnded ended) {
            return "AttemptEnded " + ended.number() + " " + ended.verdict() + " " + ended.elapsedNanos() + " "
                    + error(ended.error()) + ended.localStall();
        }
        if (event instanceof CircuitTransition transition) {
            return "CircuitTransition " + transition.sequence() + " " + transition.from() + " " + transition.to() + " "
                    + transition.reason();
        }
        return event.toString();
    }

    private static String error(@org.jspecify.annotations.Nullable Throwable error) {
        return error instanceof dev.plimsoll.call.TimeoutExceededException timeout
                ? "limit " + timeout.limit() + " " + timeout.getMessage()
                : "" + error;
    }
}
