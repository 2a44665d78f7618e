package dev.plimsoll.breaker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.plimsoll.call.Judgement;
import dev.plimsoll.call.Permit;
import dev.plimsoll.call.Repeat;
import dev.plimsoll.call.Verdict;
import dev.plimsoll.time.VirtualTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A seeded random script, played on a breaker and on its naive twin. */
final class BreakerScript {

    private record Pair(Permit permit, NaiveBreaker.Call call) {}

    private static final List<BreakerState> OPERATED =
            List.of(BreakerState.FORCED_OPEN, BreakerState.DISABLED, BreakerState.METRICS_ONLY);

    private final Random random;
    private final List<BreakerConfig> configs;
    private final VirtualTime time;
    private final CircuitBreaker breaker;
    private final NaiveBreaker naive;
    private final long origin;
    private final List<Pair> underWay = new ArrayList<>();
    private final StringBuilder story = new StringBuilder();
    final Set<BreakerState> seen = EnumSet.noneOf(BreakerState.class);
    final Set<BreakerState> reconfiguredIn = EnumSet.noneOf(BreakerState.class);
    int opened;

    /** The fewer failures the dependency has, the more the windows fill. */
    private double failing;

    /** Starts with the first configuration; where there are more, it changes between them as it goes. */
    BreakerScript(long seed, List<BreakerConfig> configs, long origin) {
        BreakerConfig config = configs.get(0);
        this.configs = configs;
        this.random = new Random(seed);
        this.origin = origin;
        this.time = VirtualTime.startingAt(origin, seed);
        this.breaker = new CircuitBreaker("prices", config, time, new dev.plimsoll.call.Observers(null));
        this.naive = new NaiveBreaker(config);
    }

    void play(int steps) {
        for (int i = 0; i < steps; i++) {
            if (random.nextInt(40) == 0) {
                failing = random.nextDouble();
            }
            BreakerState before = breaker.state();
            if (configs.size() > 1 && random.nextInt(30) == 0) {
                reconfigure();
            } else {
                step();
            }
            compare();
            seen.add(breaker.state());
            opened += before != BreakerState.OPEN && breaker.state() == BreakerState.OPEN ? 1 : 0;
        }
    }

    private void step() {
        int dice = random.nextInt(1000);
        if (dice < 330) {
            enter();
        } else if (dice < 660) {
            settle();
        } else if (dice < 990) {
            pass();
        } else {
            operate();
        }
    }

    private void reconfigure() {
        int which = random.nextInt(configs.size());
        story.append(" config").append(which);
        reconfiguredIn.add(breaker.state());
        breaker.reconfigure(configs.get(which));
        naive.reconfigure(configs.get(which), now());
    }

    private void enter() {
        if (underWay.size() > 8) {
            return;
        }
        Permit permit = breaker.tryEnter();
        NaiveBreaker.@Nullable Call call = naive.enter(now());
        story.append(permit == null ? " refused" : " enter");
        assertThat(permit == null).as("%s", story).isEqualTo(call == null);
        if (permit != null && call != null) {
            underWay.add(new Pair(permit, call));
        }
    }

    private void settle() {
        if (underWay.isEmpty()) {
            return;
        }
        // The youngest most of the time: the others become late, and orphans.
        int which = random.nextInt(3) > 0 ? underWay.size() - 1 : random.nextInt(underWay.size());
        Pair pair = underWay.remove(which);
        Verdict verdict = verdict();
        long hint = random.nextInt(10) == 0 ? random.nextInt(40) * 1_000_000_000L : Judgement.NO_HINT;
        story.append(' ').append(verdict).append('@').append(pair.call.episode);
        naive.settle(pair.call, verdict, hint, now());
        pair.permit.settle(new Judgement(verdict, Repeat.NEVER, hint), null);
        assertThat(pair.permit.settle(Verdict.FAILURE)).isFalse();
    }

    private Verdict verdict() {
        int dice = random.nextInt(20);
        if (dice == 0) {
            return Verdict.IGNORED;
        }
        if (dice == 1) {
            return Verdict.NOT_RUN;
        }
        if (dice == 2) {
            return Verdict.OVERLOAD;
        }
        return random.nextDouble() < failing ? Verdict.FAILURE : Verdict.SUCCESS;
    }

    private void pass() {
        // Multiples of 2^16 ns, in which a permit measures its work.
        int dice = random.nextInt(100);
        long ticks =
                dice < 80 ? random.nextInt(8_000) : dice < 99 ? random.nextInt(200_000) : random.nextInt(2_000_000);
        story.append(" +").append(ticks);
        time.advance(Duration.ofNanos(ticks << 16));
    }

    private void operate() {
        @Nullable Duration timeToLive = random.nextBoolean() ? Duration.ofSeconds(random.nextInt(20)) : null;
        BreakerState kind = OPERATED.get(random.nextInt(OPERATED.size()));
        if (random.nextBoolean()) {
            story.append(" reset");
            breaker.reset("script", "test");
            naive.reset(now());
            return;
        }
        story.append(' ').append(kind).append(timeToLive);
        naive.operate(kind, now(), timeToLive);
        switch (kind) {
            case FORCED_OPEN -> {
                if (timeToLive == null) {
                    breaker.forceOpen("script", "test");
                } else {
                    breaker.forceOpen("script", "test", timeToLive);
                }
            }
            case DISABLED -> {
                if (timeToLive == null) {
                    breaker.disable("script", "test");
                } else {
                    breaker.disable("script", "test", timeToLive);
                }
            }
            default -> {
                if (timeToLive == null) {
                    breaker.metricsOnly("script", "test");
                } else {
                    breaker.metricsOnly("script", "test", timeToLive);
                }
            }
        }
    }

    private void compare() {
        BreakerSnapshot now = breaker.snapshot();
        List<Boolean[]> window = naive.state == BreakerState.CLOSED || naive.state == BreakerState.METRICS_ONLY
                ? naive.window(now())
                : List.of();
        List<Object> real = List.of(
                now.state(),
                (int) now.sequence(),
                now.judged().consecutiveFailures(),
                now.judged().windowCalls(),
                now.judged().windowFailed(),
                now.judged().windowSlow(),
                now.judged().totalGood(),
                now.judged().totalBad(),
                (long) now.judged().probes(),
                (long) now.judged().orphans(),
                now.nextProbeIn().map(Duration::toNanos).orElse(-1L));
        List<Object> expected = List.of(
                naive.state,
                naive.episode,
                naive.streak,
                (long) window.size(),
                window.stream().filter(result -> result[0]).count(),
                window.stream().filter(result -> result[1]).count(),
                naive.good,
                naive.bad,
                naive.live(),
                naive.orphans(),
                naive.state == BreakerState.OPEN ? Math.max(0, naive.until - now()) : -1L);
        if (!real.equals(expected)) {
            throw new AssertionError(breaker.config() + "\n" + story + "\nreal     " + real + "\nexpected " + expected);
        }
    }

    private long now() {
        return time.precise() - origin;
    }
}
