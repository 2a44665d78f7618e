package dev.plimsoll.chaos;

import dev.plimsoll.breaker.CircuitBreaker;
import dev.plimsoll.bulkhead.Bulkhead;
import dev.plimsoll.call.Permit;
import dev.plimsoll.call.RejectedException;
import dev.plimsoll.chaos.Dependency.Broken;
import dev.plimsoll.chaos.Plan.Step;
import dev.plimsoll.time.VirtualTime;
import java.io.IOException;
import java.net.ConnectException;
import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * One round: guards of every kind and their dependencies, eight seconds of faults, a minute of peace, and then everything must
 * be as if nothing had happened. At last a drain, and the end of all guards.
 */
final class Round {

    /** By when all must be well again after the last fault, with one good call every two seconds, or by key every second. */
    static final Duration RECOVERY = Duration.ofMinutes(1);

    private static final Duration SILENCE = Duration.ofSeconds(15);
    private static final Duration REFILL = Duration.ofSeconds(6);
    private static final int KEYS = 6;

    private final Plan plan;
    private final World world;
    private final Cast cast;
    private final Caller caller;
    private final SplittableRandom peace;

    private Round(Plan plan, boolean tracing) {
        this.plan = plan;
        SplittableRandom random = plan.random(1);
        long[] origins = {0, Long.MAX_VALUE - Plan.FAULTS / 2, Long.MIN_VALUE, -1};
        VirtualTime time = VirtualTime.startingAt(origins[random.nextInt(origins.length)], plan.seed());
        time.takeTurns();
        if (random.nextBoolean()) {
            time.coarseEvery(Duration.ofMillis(1));
        }
        this.world = new World(time, tracing);
        this.cast = new Cast(world, random.split());
        this.caller = new Caller(world);
        this.peace = random.split();
    }

    /** Plays it; what was wrong is in the world that it gives back. */
    static World play(Plan plan, boolean tracing) {
        Round round = new Round(plan, tracing);
        try {
            for (int i = 0; i < plan.guards(); i++) {
                round.cast.join(i);
            }
            round.faults();
            round.recovery();
            new Rest(round.world).check(round.caller);
            round.freshCalls();
            new Farewell(round.world, round.cast.guards(), round.caller, round.peace).say();
        } catch (Throwable broken) {
            round.world.violated(null, "the round breaks off", broken + at(broken));
        }
        return round.world;
    }

    private static String at(Throwable broken) {
        StackTraceElement[] stack = broken.getStackTrace();
        return stack.length == 0 ? "" : " at " + stack[0];
    }

    // ---------------------------------------------------------------- the faults

    private void faults() throws InterruptedException {
        for (Step step : plan.steps()) {
            world.time.sleep(step.at() - world.since());
            try {
                take(step);
            } catch (
                    Broken ofUser) { // of an observer, thrown to whoever has made it hear something: here, the operator
                world.note(null, "the operator is thrown " + ofUser);
            }
            look(world.members.get(step.guard()));
            world.threadIsOutside(world.members.get(step.guard())); // and of what timers have brought here
        }
        world.time.sleep(Plan.FAULTS - world.since());
        world.note(null, "the faults are over");
        cast.calmDown();
    }

    private void take(Step step) {
        Member member = world.members.get(step.guard());
        SplittableRandom random = new SplittableRandom(step.seed());
        switch (step.kind()) {
            case CALL -> caller.call(member, random);
            case INTERRUPT -> interrupt(random);
            case CANCEL -> cancel(random);
            case STALL -> stall(Duration.ofMillis(5 + random.nextInt(400)));
            case RECONFIGURE -> cast.reconfigure(member, random);
            case OPERATE -> operate(member, random);
            case LISTENERS -> listeners(member, random);
            case LEAK -> world.members.forEach(Round::leak);
        }
        world.reached.count("step " + step.kind());
    }

    private void stall(Duration span) {
        world.note(null, "the process stands still for " + span);
        world.stalls(span.toNanos());
        world.time.stall(span);
    }

    private void interrupt(SplittableRandom random) {
        List<Call> running = world.calls.stream()
                .filter(call -> call.running && call.blocking && call.around == null)
                .toList();
        if (!running.isEmpty()) {
            Call call = running.get(random.nextInt(running.size()));
            world.note(call.member, "call " + call.id + " is interrupted");
            caller.interrupt(call);
        }
    }

    private void cancel(SplittableRandom random) {
        List<Call> running = world.calls.stream()
                .filter(call -> call.running && call.future != null && !call.future.isDone())
                .toList();
        if (running.isEmpty()) {
            return;
        }
        Call call = running.get(random.nextInt(running.size()));
        CompletableFuture<@Nullable Object> future = call.future;
        if (future != null) {
            world.note(call.member, "call " + call.id + " is cancelled");
            call.meddled = true;
            boolean unused = switch (random.nextInt(4)) {
                case 0 -> future.complete("instead");
                case 1 -> future.completeExceptionally(new IOException("instead"));
                default -> future.cancel(true);
            };
        }
    }

    private void operate(Member member, SplittableRandom random) {
        CircuitBreaker breaker = member.guard(random.nextInt(KEYS)).circuitBreaker();
        if (breaker == null) {
            return;
        }
        Duration span = SetUp.millis(random, 10, 1_500);
        int kind = random.nextInt(4);
        world.note(member, "the operator comes, " + kind + " for " + span);
        switch (kind) {
            case 0 -> breaker.forceOpen("chaos", "operator", span);
            case 1 -> breaker.disable("chaos", "operator", span);
            case 2 -> breaker.metricsOnly("chaos", "operator", span);
            default -> breaker.reset("chaos", "operator");
        }
    }

    private static void listeners(Member member, SplittableRandom random) {
        if (random.nextBoolean()) {
            Cast.observe(member, member.users);
        } else {
            Cast.forget(member, member.users);
        }
    }

    private static void leak(Member member) {
        Bulkhead places = member.only == null ? null : member.only.bulkhead();
        Permit unused = places == null ? null : places.tryEnter();
    }

    /** Never more than permitted, at any moment. */
    private void look(Member member) {
        for (var now : Rest.snapshots(member)) {
            boolean sound = now.bulkhead()
                            .map(b -> b.active() >= 0 && b.waiting() >= 0 && b.waiting() <= 3 && b.orphans() >= 0)
                            .orElse(true)
                    && now.concurrencyLimit()
                            .map(l -> l.inFlight() >= 0 && l.inFlight() <= member.mostSlots() && l.limit() <= l.max())
                            .orElse(true)
                    && now.rateLimiter()
                            .map(r -> r.available() <= r.limit().capacity() && r.waiting() >= 0)
                            .orElse(true)
                    && now.throttle()
                            .map(t -> t.probability() >= 0 && t.probability() < 1)
                            .orElse(true);
            if (!sound) {
                world.violated(member, "numbers out of bounds", now.toString());
            }
        }
    }

    // ---------------------------------------------------------------- peace

    private void recovery() throws InterruptedException {
        for (int second = 0; second < RECOVERY.toSeconds(); second++) {
            world.time.sleep(Duration.ofSeconds(1));
            for (Member member : world.members) {
                if (member.only == null || second % 2 == member.index % 2) {
                    goodCall(member, second % 4 < 2 && !member.onlyAsync());
                }
            }
        }
        for (int second = 0; second < RECOVERY.toSeconds() && !Rest.keysHaveForgotten(world.members); second++) {
            world.time.sleep(Duration.ofSeconds(1));
            for (Member member : world.members) {
                for (int each = 0; member.only == null && each < KEYS; each++) { // too many at once for their places
                    goodCall(member, second % 2 == 0 && !member.onlyAsync());
                }
            }
        }
        world.time.sleep(SILENCE);
    }

    private void goodCall(Member member, boolean blocking) {
        Object value = call(member, blocking, () -> Deed.well("well"));
        if (!"well".equals(value) && !(value instanceof RejectedException)) {
            world.violated(member, "a good call fails", "after " + world.since() + " ns: " + value);
        }
    }

    /** Its value, or what it has thrown. */
    private @Nullable Object call(Member member, boolean blocking, Caller.Deeds deeds) {
        try {
            return blocking
                    ? caller.blocking(member, peace, null, deeds)
                    : await(caller.async(member, peace, null, deeds));
        } catch (Throwable error) {
            return error;
        }
    }

    private @Nullable Object await(CompletableFuture<@Nullable Object> future) throws Throwable {
        Thread me = Thread.currentThread();
        @Nullable Throwable[] thrown = new @Nullable Throwable[1];
        CompletableFuture<@Nullable Object> unused = future.whenComplete((value, error) -> {
            thrown[0] = error;
            world.time.unpark(me);
        });
        while (!future.isDone()) {
            world.time.park(future);
        }
        if (thrown[0] != null) {
            throw thrown[0];
        }
        return future.join();
    }

    /** A call through each guard is answered, and a retry is granted where there are any. */
    private void freshCalls() throws InterruptedException {
        for (boolean blocking : new boolean[] {true, false}) {
            world.time.sleep(REFILL);
            for (Member member : world.members) {
                if (!blocking || !member.onlyAsync()) {
                    freshCall(member, blocking);
                }
            }
        }
    }

    private void freshCall(Member member, boolean blocking) {
        int[] attempts = {member.now().attempts > 1 ? 0 : 1};
        Deed once = Deed.failing(new ConnectException("once more"));
        Object value = call(member, blocking, () -> attempts[0]++ == 0 ? once : Deed.well("fresh"));
        if (!"fresh".equals(value)) {
            world.violated(member, "a fresh call fails", (blocking ? "blocking: " : "async: ") + value);
        }
        int timers = world.time.pendingTimers();
        if (timers != 0) {
            world.violated(member, "timers pending right after a call", String.valueOf(timers));
        }
    }
}
