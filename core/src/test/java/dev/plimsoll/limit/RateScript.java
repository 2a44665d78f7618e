package dev.plimsoll.limit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.plimsoll.call.Admission;
import dev.plimsoll.call.Judgement;
import dev.plimsoll.call.Rejection;
import dev.plimsoll.call.Repeat;
import dev.plimsoll.call.Verdict;
import dev.plimsoll.time.VirtualTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** A seeded random script of what one can do with a rate limiter, played on it and on its naive twin. */
final class RateScript {
    /** Origins at which arithmetic on instants goes wrong if it can. */
    static final long[] ORIGINS = {
        0, -1, Long.MAX_VALUE - 700_000_000, Long.MAX_VALUE - 10, Long.MAX_VALUE, Long.MIN_VALUE, Long.MIN_VALUE + 10
    };

    static final Judgement NOT_RUN = Judgement.of(Verdict.NOT_RUN, Repeat.NEVER);

    /** What was taken, with who has it: a leave, or a wait that may become one. */
    private record Held(Admission by, NaiveRate.Taken taken) {}

    private final Random random;
    private final VirtualTime time;
    private final RateLimiter limiter;
    private final NaiveRate naive;
    private final long origin;
    private final long interval;
    private final List<Held> held = new ArrayList<>();
    private long lastTurn;

    RateScript(long seed, RateLimit limit, long origin, long rounding) {
        this.random = new Random(seed);
        this.time = VirtualTime.startingAt(origin, seed);
        this.limiter = RateLimiter.create("prices", ignored -> limit, time);
        this.naive = new NaiveRate(limit, rounding);
        this.origin = origin;
        this.interval = Math.max(1, limit.per().toNanos() / limit.permits());
    }

    /** Only takes: then every answer is the naive one's, and every promise the earliest that it would allow. */
    RateScript playForward(int steps) {
        for (int i = 0; i < steps; i++) {
            pause();
            ask(true);
        }
        return this;
    }

    /** Takes, gives back, abandons, and changes the rate if so asked: then no span may have too much. */
    RateScript playAll(int steps, boolean changing) {
        for (int i = 0; i < steps; i++) {
            pause();
            int dice = random.nextInt(100);
            if (dice < 60) {
                ask(false);
            } else if (dice < 95) {
                giveBack();
            } else if (changing) {
                change();
            }
        }
        return this;
    }

    String broken() {
        return naive.broken();
    }

    private long now() {
        return time.precise() - origin;
    }

    private void pause() {
        int dice = random.nextInt(100);
        if (dice < 45) {
            return;
        }
        long span = dice < 90 ? random.nextLong(interval) : dice < 98 ? random.nextLong(4 * interval) : 50 * interval;
        time.advance(Duration.ofNanos(span));
    }

    private void ask(boolean exactly) {
        long capacity = limiter.limit().capacity();
        long permits = random.nextInt(4) > 0 ? 1 : 1 + random.nextLong(Math.min(5, capacity));
        boolean fits = exactly && naive.fits(now(), permits);
        Admission answer = limiter.enter(permits);
        if (answer instanceof Admission.Leave) {
            held.add(new Held(answer, naive.take(now(), permits)));
        } else if (answer instanceof Admission.Wait wait) {
            long turn = wait.until() - origin;
            assertThat(turn - now()).isBetween(1L, longestWait());
            if (exactly) {
                earliest(turn, permits);
            }
            lastTurn = Math.max(lastTurn, turn);
            held.add(new Held(answer, naive.take(turn, permits)));
        } else {
            long wait = ((Rejection) answer).retryAfterNanos();
            assertThat(wait).as("who could wait is not refused").isGreaterThan(longestWait());
            if (exactly) {
                earliest(now() + wait, permits);
            }
        }
        if (exactly) {
            assertThat(answer instanceof Admission.Leave).isEqualTo(fits && lastTurn <= now());
        }
    }

    private long longestWait() {
        return limiter.limit().maxWait().toNanos();
    }

    /** A turn is the first that is allowed behind those promised before. */
    private void earliest(long turn, long permits) {
        assertThat(naive.fits(turn, permits)).isTrue();
        boolean sooner = turn - 1 >= Math.max(lastTurn, now()) && naive.fits(turn - 1, permits);
        assertThat(sooner).isFalse();
    }

    private void giveBack() {
        if (held.isEmpty()) {
            return;
        }
        Held one = held.remove(random.nextInt(held.size()));
        if (one.by instanceof Admission.Wait wait) {
            boolean gone = random.nextBoolean() && wait.abandon();
            one.taken.isBack = gone;
            Admission.Leave granted = wait.granted();
            if (granted != null) {
                assertThat(one.taken.at)
                        .as("a turn is granted when it has come")
                        .isLessThanOrEqualTo(now());
                held.add(new Held(granted, one.taken));
            } else if (!gone) {
                held.add(one);
            }
        } else if (random.nextInt(3) > 0) {
            limiter.settle((Admission.Leave) one.by, NOT_RUN, 0, 0, null);
            one.taken.isBack = true;
        } else {
            limiter.settle((Admission.Leave) one.by, Judgement.SUCCESS, 0, 0, null);
        }
    }

    private void change() {
        long now = now();
        long still = held.stream()
                .filter(one -> one.by instanceof Admission.Wait && one.taken.at > now)
                .mapToLong(one -> one.taken.at)
                .max()
                .orElse(now);
        RateLimit limit = limiter.limit();
        RateLimit next = switch (random.nextInt(3)) {
            case 0 -> limit.permits(1 + random.nextInt(30)).per(limit.per().plusNanos(30));
            case 1 -> limit.burst(1 + random.nextInt(12));
            default ->
                limit.per(Duration.ofNanos(1 + random.nextInt(40) * interval).plusNanos(60));
        };
        limiter.reconfigure(defaults -> next);
        naive.change(Math.max(now, still), limiter.limit());
    }
}
