package dev.plimsoll.chaos;

import dev.plimsoll.GuardSnapshot;
import dev.plimsoll.breaker.BreakerSnapshot;
import dev.plimsoll.breaker.BreakerState;
import dev.plimsoll.call.CallInterruptedException;
import dev.plimsoll.call.Event.CallEnded;
import dev.plimsoll.call.Event.End;
import dev.plimsoll.call.RejectedException;
import dev.plimsoll.call.TimeoutExceededException;
import dev.plimsoll.chaos.Dependency.Broken;
import dev.plimsoll.time.TimerFaults;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import org.jspecify.annotations.Nullable;

/** What must be so when the faults have been over for long and nobody calls. */
final class Rest {

    private final World world;

    Rest(World world) {
        this.world = world;
    }

    void check(Caller caller) {
        world.calls.forEach(this::call);
        if (caller.outside != 0) {
            world.violated(null, "not at rest", caller.outside + " callers have not come back");
        }
        for (Member member : world.members) {
            for (GuardSnapshot now : snapshots(member)) {
                now.breaker().ifPresent(breaker -> breaker(member, now.name(), breaker));
                gates(member, now);
            }
            books(member);
            strays(member);
        }
        if (world.time.pendingTimers() != 0) {
            world.violated(null, "timers pending", String.valueOf(world.time.pendingTimers()));
        }
        int broken = TimerFaults.of(world.time);
        if (broken != 0) {
            world.violated(null, "a timer throws", String.valueOf(broken));
        }
    }

    static List<GuardSnapshot> snapshots(Member member) {
        if (member.only != null) {
            return List.of(member.only.snapshot());
        }
        List<GuardSnapshot> all = new ArrayList<>(member.byKey().snapshots());
        all.add(member.byKey().snapshot().shared());
        return all;
    }

    // ---------------------------------------------------------------- gates

    private void breaker(Member member, String name, BreakerSnapshot breaker) {
        require(member, isClosed(breaker), "breaker not closed", name + " " + breaker);
        boolean nobody = breaker.judged().probes() == 0 && breaker.judged().orphans() == 0;
        require(member, nobody, "probes left", name + " " + breaker);
    }

    private static boolean isClosed(BreakerSnapshot breaker) {
        return breaker.state() == BreakerState.CLOSED && breaker.admitting() == 1;
    }

    /**
     * Whether the guards by key have left the faults behind: each has had a sixth of the calls only, too few to push the failures out
     * of a window of calls, and those that share one because they are too many may not have had one of late.
     */
    static boolean keysHaveForgotten(List<Member> members) {
        return members.stream()
                .filter(member -> member.only == null)
                .flatMap(member -> snapshots(member).stream())
                .map(GuardSnapshot::breaker)
                .allMatch(breaker -> breaker.map(Rest::hasForgotten).orElse(true));
    }

    private static boolean hasForgotten(BreakerSnapshot breaker) {
        return isClosed(breaker) && breaker.judged().windowFailed() == 0;
    }

    private void gates(Member member, GuardSnapshot now) {
        String name = now.name() + " ";
        now.bulkhead().ifPresent(places -> {
            boolean free = places.active() == 0
                    && places.waiting() == 0
                    && places.orphans() == 0
                    && places.available() == places.maxConcurrent();
            require(member, free, "permits not free", name + places);
        });
        now.rateLimiter().ifPresent(limiter -> {
            boolean full = limiter.waiting() == 0
                    && limiter.available() == limiter.limit().capacity();
            require(member, full, "tokens not back", name + limiter);
        });
        now.concurrencyLimit()
                .ifPresent(limit -> require(member, limit.inFlight() == 0, "slots not free", name + limit));
        now.throttle()
                .ifPresent(
                        throttle -> require(member, throttle.probability() == 0, "still throttled", name + throttle));
        require(member, member.underway() == 0, "work left", name + member.underway());
    }

    private void require(Member member, boolean fulfilled, String kind, String details) {
        if (!fulfilled) {
            world.violated(member, kind, details);
        }
    }

    // ---------------------------------------------------------------- books

    private void books(Member member) {
        require(member, member.made == member.ended, "calls left", member.ended + " ended of " + member.made);
        if (member.only == null || member.setUps.stream().anyMatch(setUp -> !setUp.counted)) {
            return; // keys come and go, and with them their counts
        }
        GuardSnapshot.Calls calls = member.only.snapshot().calls();
        long all = calls.answered() + calls.failed() + calls.timedOut() + calls.refused() + calls.cancelled();
        require(member, all == member.made, "counts differ", calls + " of " + member.made);
        for (End end : End.values()) {
            long counted = of(calls, end);
            int told = member.told.getOrDefault(end, 0);
            require(
                    member,
                    !member.observed || told == counted,
                    "counts differ from what was told",
                    end + ": " + counted + " counted, " + told + " told");
        }
    }

    private static long of(GuardSnapshot.Calls calls, End end) {
        return switch (end) {
            case ANSWERED -> calls.answered();
            case FAILED -> calls.failed();
            case TIMED_OUT -> calls.timedOut();
            case REFUSED -> calls.refused();
            case CANCELLED -> calls.cancelled();
        };
    }

    // ---------------------------------------------------------------- calls

    private void call(Call call) {
        Member member = call.member;
        if (call.ends != 1) {
            world.violated(member, "a call does not end once", call + " ends " + call.ends + " times");
            return;
        }
        Throwable error = call.error;
        if (error != null && !isKnown(error)) {
            world.violated(member, "an end without a type", call + ": " + error);
        }
        if (!member.observed || mayStray(call)) {
            return;
        }
        if (call.told.size() != 1) {
            world.violated(member, "the end is not told once", call + ": " + call.told.size() + " times");
            return;
        }
        CallEnded told = call.told.get(0);
        boolean cancelled = !call.blocking && isMeddledWith(call);
        if (!cancelled && !call.hasFallback) {
            asTold(call, told);
        }
        member.missingAttempts += Math.max(0, told.attempts() - call.attemptsTold);
        require(
                member,
                told.attempts() >= call.attemptsTold && call.works <= told.attempts() * legs(member),
                "attempts differ from what was told",
                call + ": " + told.attempts() + " in the end, " + call.attemptsTold + " told, worked " + call.works);
    }

    /** Whether an error of the user's own code has come in between, so that nobody knows whose end was told. */
    private static boolean mayStray(Call call) {
        return Bookkeeper.isForeign(call.error) || (isMeddledWith(call) && call.told.isEmpty());
    }

    /** Whether the round has, or a call around it that was over. */
    private static boolean isMeddledWith(Call call) {
        return call.meddled || (call.around != null && call.error instanceof CancellationException);
    }

    private void strays(Member member) {
        long missing = world.calls.stream()
                .filter(call -> call.member == member && call.told.isEmpty())
                .count();
        require(
                member,
                !member.observed || missing == member.strays,
                "the end is not told once",
                missing + " calls without, " + member.strays + " ends without a call");
        require(
                member,
                member.missingAttempts <= member.strayAttempts,
                "attempts differ from what was told",
                member.missingAttempts + " not told, " + member.strayAttempts + " told of nobody's");
    }

    private static int legs(Member member) {
        return member.setUps.stream().mapToInt(setUp -> setUp.legs).max().orElse(1);
    }

    private void asTold(Call call, CallEnded told) {
        Throwable error = call.error;
        boolean same = told.error() == error && fits(call.member, told.end(), error);
        require(
                call.member,
                same,
                "the caller got something else than was told",
                call + " got " + (error == null ? call.value : World.words(error)) + ", told " + told.end() + " "
                        + World.words(told.error()));
    }

    private static boolean fits(Member member, End end, @Nullable Throwable error) {
        return switch (end) {
            case ANSWERED -> error == null;
            case FAILED -> !(error instanceof Error);
            case TIMED_OUT -> error instanceof TimeoutExceededException;
            case REFUSED -> error instanceof RejectedException refused && isOf(member, refused.dependency());
            case CANCELLED ->
                error instanceof Error
                        || error instanceof CancellationException
                        || error instanceof InterruptedException
                        || error instanceof CallInterruptedException;
        };
    }

    private static boolean isOf(Member member, String dependency) {
        return dependency.equals(member.name) || dependency.startsWith(member.name + "/");
    }

    /** Whether it is one of those that calls may end with. */
    static boolean isKnown(Throwable error) {
        if (error instanceof IllegalStateException wrong && !(error instanceof CancellationException)) {
            return "wrong".equals(wrong.getMessage()) || "the fallback fails".equals(wrong.getMessage());
        }
        return error instanceof IOException
                || error instanceof CancellationException
                || error instanceof InterruptedException
                || error instanceof Broken
                || error instanceof RejectedException
                || error instanceof TimeoutExceededException
                || error instanceof CallInterruptedException;
    }
}
