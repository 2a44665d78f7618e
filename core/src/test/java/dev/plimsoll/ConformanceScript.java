package dev.plimsoll;

import dev.plimsoll.Engines.Deed;
import dev.plimsoll.call.RejectedException;
import dev.plimsoll.retry.Retry;
import dev.plimsoll.time.VirtualTime;
import dev.plimsoll.timeout.AdaptiveTimeout;
import java.io.IOException;
import java.net.ConnectException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.UnaryOperator;

/** A set-up of a guard, and what its work does, drawn at random. */
final class ConformanceScript {

    private static final Duration WINDOW = Duration.ofSeconds(3);

    private final List<UnaryOperator<GuardBuilder>> steps = new ArrayList<>();
    private final StringBuilder words = new StringBuilder();
    private final boolean queue;
    private boolean timed;
    private boolean beats;
    private boolean adapts;

    private ConformanceScript(boolean queue) {
        this.queue = queue;
    }

    GuardBuilder setUp(GuardBuilder guard) {
        GuardBuilder builder = guard;
        for (UnaryOperator<GuardBuilder> each : steps) {
            builder = each.apply(builder);
        }
        return builder;
    }

    String words() {
        return words.toString();
    }

    static ConformanceScript draw(Random random) {
        ConformanceScript script = new ConformanceScript(random.nextInt(3) == 0);
        script.timeouts(random);
        script.retry(random);
        script.gates(random);
        script.limits(new Random(script.words.toString().hashCode()));
        return script;
    }

    private void timeouts(Random random) {
        if (random.nextInt(3) > (queue ? 1 : 0)) {
            Duration span = micros(random, 400_000).plusMillis(50);
            timed = true;
            adapts = !queue
                    && random.nextInt(3) == 0; // who gets a permit handed on may learn or not what its giver does
            AdaptiveTimeout adaptive =
                    AdaptiveTimeout.between(span.dividedBy(3), span).over(WINDOW);
            add(
                    "attempt timeout " + (adapts ? adaptive : span),
                    g -> adapts ? g.attemptTimeout(adaptive) : g.attemptTimeout(span));
        }
        if (random.nextInt(queue ? 2 : 3) == 0) {
            Duration span = micros(random, timed ? 1_500_000 : 500_000).plusMillis(timed ? 500 : 50);
            add("total timeout " + span, g -> g.totalTimeout(span));
        }
        if (random.nextInt(4) == 0) {
            Duration span = micros(random, 400_000).plusMillis(50);
            timed = true;
            beats = true;
            add("heartbeat timeout " + span, g -> g.heartbeatTimeout(span));
        }
    }

    private void retry(Random random) {
        // Of two who meet where a permit is handed on, one is timed out and pauses, the other pauses and is timed out.
        boolean mayMeetAgain = queue && timed;
        if (!mayMeetAgain && random.nextInt(4) > 0) {
            Duration pause = !queue && random.nextInt(4) == 0 ? Duration.ZERO : micros(random, 200_000);
            int attempts = 2 + random.nextInt(3);
            Retry retry = pause.isZero() ? Retry.immediate() : Retry.fixed(pause);
            add(
                    "retry " + pause + " " + attempts,
                    g -> g.retry(retry.maxAttempts(attempts).retryOnResult("pending"::equals)));
        }
    }

    private void gates(Random random) {
        if (!queue && random.nextInt(4) > 0) {
            int failures = 2 + random.nextInt(3);
            Duration open = micros(random, 300_000).plusMillis(1);
            add(
                    "breaker " + failures + " " + open,
                    g -> g.circuitBreaker(
                            b -> b.consecutiveFailures(failures).openFor(open).successesToClose(1)));
        }
        if (queue || random.nextInt(3) == 0) {
            int max = queue ? 1 : 1 + random.nextInt(2);
            int waiting = queue ? 1 + random.nextInt(2) : 0;
            Duration wait = micros(random, 500_000);
            add(
                    "bulkhead " + max + " " + waiting + " " + wait,
                    g -> g.bulkhead(
                            b -> (waiting == 0 ? b : b.maxWaiting(waiting).maxWait(wait)).maxConcurrent(max)));
        }
    }

    /** Drawn from what was drawn before, whose draws stay as they are. Where calls queue the limit is out of their way. */
    private void limits(Random random) {
        if (random.nextInt(4) == 0) {
            Duration per = micros(random, 300_000).plusMillis(1);
            Duration wait = random.nextBoolean() ? Duration.ZERO : micros(random, 400_000);
            add(
                    "rate limiter " + per + " " + wait,
                    g -> g.rateLimiter(r -> r.permits(1).per(per).burst(3).maxWait(wait)));
        }
        if (random.nextInt(4) == 0) {
            int initial = queue ? 50 : 1 + random.nextInt(3);
            add(
                    "concurrency limit " + initial,
                    g -> g.concurrencyLimit(l -> l.aimd().initial(initial)).adaptiveThrottle(t -> t));
        }
    }

    private void add(String word, UnaryOperator<GuardBuilder> step) {
        steps.add(step);
        words.append(word).append("; ");
    }

    /** Lets an adaptive timeout see answers that take no time at all, for the first window that callers live to see. */
    void warmUp(Engines engine, Guard guard, VirtualTime time) throws Throwable {
        time.advance(adapts ? WINDOW.multipliedBy(3).dividedBy(5) : Duration.ZERO);
        for (int i = 0; adapts && i < 110; i++) {
            try {
                engine.call(guard, time, () -> new Deed(Duration.ZERO, null, "at once"));
            } catch (RejectedException limited) {
                return; // it learns from those that it admits, with both engines alike
            }
        }
    }

    /** One call, whose work beats if anybody listens for that. */
    Object call(Engines engine, Guard guard, VirtualTime time, Random random) throws Throwable {
        return beats
                ? engine.callBeating(
                        guard, time, () -> deed(random).beating(random.nextInt(4), micros(random, 400_000)))
                : engine.call(guard, time, () -> deed(random));
    }

    private Deed deed(Random random) {
        Duration takes = switch (random.nextInt(8)) {
            case 0 -> queue ? micros(random, 500_000) : Duration.ZERO;
            case 1 -> Duration.ofDays(1_000);
            default -> micros(random, 500_000);
        };
        Exception error = switch (random.nextInt(7)) {
            case 0 -> new IOException("lost");
            case 1 -> new ConnectException("refused by them");
            case 2 -> new IllegalStateException("wrong");
            default -> null;
        };
        return new Deed(takes, error, value(random));
    }

    private static Object value(Random random) {
        return random.nextInt(6) == 0 ? "pending" : "value " + random.nextInt(100);
    }

    static Duration micros(Random random, int most) {
        return Duration.ofNanos(1_000L * random.nextInt(most) + 1 + random.nextInt(999));
    }
}
