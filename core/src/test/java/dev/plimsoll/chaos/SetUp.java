package dev.plimsoll.chaos;

import dev.plimsoll.GuardBuilder;
import dev.plimsoll.bulkhead.BulkheadConfig.Threads;
import dev.plimsoll.hedge.Hedge;
import dev.plimsoll.retry.Retry;
import dev.plimsoll.time.VirtualThreads;
import dev.plimsoll.time.VirtualTime;
import dev.plimsoll.timeout.AdaptiveTimeout;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;

/** How a guard is set up: drawn at random, with what the checks must know of it. */
final class SetUp {

    /** A value that is not the last word. */
    private enum Pending implements Predicate<Object> {
        RESULT;

        @Override
        public boolean test(Object value) {
            return "pending".equals(value);
        }
    }

    private final SplittableRandom random;
    private final Users users;
    private final List<UnaryOperator<GuardBuilder>> steps = new ArrayList<>();
    private final StringBuilder words = new StringBuilder();
    private final Gates gates;

    long total;
    boolean beats;
    boolean interrupts = true;
    int attempts = 1;
    int legs = 1;
    boolean counted = true;

    /** Whether only asynchronous calls are possible. */
    boolean onlyAsync;

    private SetUp(SplittableRandom random, Users users) {
        this.random = random;
        this.users = users;
        this.gates = new Gates(random, this::add);
    }

    /**
     * Draws one.
     *
     * @param threads those of its bulkhead, which a guard keeps for as long as it lives; with its own it always has one
     */
    static SetUp draw(SplittableRandom random, VirtualTime time, Users users, Threads threads) {
        SetUp drawn = new SetUp(random, users);
        drawn.times();
        drawn.repeats(time, threads != Threads.CALLERS);
        drawn.gates.draw(threads, drawn.legs > 1);
        drawn.usersCode();
        return drawn;
    }

    GuardBuilder apply(GuardBuilder guard) {
        GuardBuilder builder = guard;
        for (UnaryOperator<GuardBuilder> each : steps) {
            builder = each.apply(builder);
        }
        return builder;
    }

    Gates gates() {
        return gates;
    }

    private void times() {
        int kind = random.nextInt(6);
        if (kind < 2) {
            Duration limit = millis(40, 400);
            add("attempt timeout " + limit, g -> g.attemptTimeout(limit));
        } else if (kind == 2) {
            Duration least = millis(30, 100);
            Duration most = least.plus(millis(10, 290));
            boolean hopeless = random.nextBoolean();
            AdaptiveTimeout limit = AdaptiveTimeout.between(least, most).over(millis(500, 3_000));
            add("attempt timeout " + limit, g -> g.attemptTimeout(limit));
            add("refuses hopeless " + hopeless, g -> hopeless ? g.refuseHopeless() : g);
        }
        if (random.nextInt(2) == 0) {
            Duration limit = millis(400, 2_000);
            total = limit.toNanos();
            add("total timeout " + limit, g -> g.totalTimeout(limit));
        }
        if (random.nextInt(6) == 0) {
            Duration limit = millis(30, 300);
            beats = true;
            add("heartbeat timeout " + limit, g -> g.heartbeatTimeout(limit));
        }
        if (random.nextInt(8) == 0) {
            interrupts = false;
            add("without interrupt", GuardBuilder::withoutInterrupt);
        }
    }

    private void repeats(VirtualTime time, boolean pooled) {
        boolean hedged = random.nextInt(5) == 0;
        if (random.nextInt(3) > 0) {
            retry(hedged);
        }
        if (hedged) {
            legs = 2 + random.nextInt(2);
            onlyAsync = !pooled && !VirtualThreads.exist();
            Hedge hedge = random.nextBoolean()
                    ? Hedge.after(millis(5, 100))
                    : Hedge.afterQuantile(0.9)
                            .between(millis(2, 10), millis(20, 200))
                            .minimumSamples(5);
            Hedge all = hedge.maxHedges(legs - 1);
            add("hedge " + all, g -> g.hedge(all));
        }
        if ((attempts > 1 || hedged) && random.nextInt(4) > 0) {
            Budgets budget = Budgets.draw(random, time);
            add(budget.words(), g -> g.retryBudget(budget.budget()));
        }
    }

    private void retry(boolean hedged) {
        attempts = 2 + random.nextInt(3);
        Duration base = millis(1, 60);
        Retry kind = switch (random.nextInt(5)) {
            case 0 -> Retry.immediate();
            case 1 -> Retry.fixed(base);
            case 2 -> Retry.linear(base).cap(millis(100, 300));
            case 3 -> Retry.decorrelated(base).cap(millis(200, 400));
            default -> jittered(Retry.exponential(base).cap(millis(100, 300)));
        };
        Retry clamped = kind.maxAttempts(attempts).retryAfterClamp(millis(500, 3_000));
        boolean unrepeatable = !hedged && random.nextInt(8) == 0;
        boolean edge = random.nextInt(10) == 0;
        Retry first = unrepeatable ? clamped.nonIdempotent() : clamped;
        Retry all = edge ? first.retryAtEdge() : first;
        boolean pending = random.nextBoolean();
        add(
                "retry " + all + (unrepeatable ? " not idempotent" : "") + (edge ? " at the edge" : "") + " pending "
                        + pending,
                g -> g.retry(pending ? all.retryOnResult(Pending.RESULT) : all));
    }

    private Retry jittered(Retry retry) {
        return switch (random.nextInt(4)) {
            case 0 -> retry.fullJitter();
            case 1 -> retry.equalJitter();
            case 2 -> retry.decorrelatedJitter();
            default -> retry.additiveJitter(millis(1, 50));
        };
    }

    /** What the user's own code does in between. */
    private void usersCode() {
        add("judged by " + users, g -> g.classifier(users));
        if (random.nextInt(2) == 0) {
            add("late results taken", g -> g.onLateResult(users.late));
        }
        if (random.nextInt(12) == 0) {
            counted = false;
            add("uncounted", GuardBuilder::uncounted);
        }
    }

    private Duration millis(int least, int most) {
        return millis(random, least, most);
    }

    static Duration millis(SplittableRandom random, int least, int most) {
        return Duration.ofMillis(least).plusNanos(random.nextLong((most - least) * 1_000_000L));
    }

    private void add(String word, UnaryOperator<GuardBuilder> step) {
        steps.add(step);
        words.append(words.isEmpty() ? "" : "; ").append(word);
    }

    @Override
    public String toString() {
        return words.toString();
    }
}
