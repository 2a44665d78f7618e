package dev.plimsoll.chaos;

import dev.plimsoll.call.Attempt;
import dev.plimsoll.call.CallInterruptedException;
import dev.plimsoll.call.Deadline;
import dev.plimsoll.call.Work;
import dev.plimsoll.chaos.Dependency.Broken;
import dev.plimsoll.chaos.Probes.Run;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Writes down how calls begin and end, and looks at each moment whether it may be so. */
final class Bookkeeper {

    private static final long SLOWER = 20_000_000;

    private final World world;
    private final Set<String> beingDone = new HashSet<>();
    private final Map<String, Object> done = new HashMap<>();

    Bookkeeper(World world) {
        this.world = world;
    }

    Call begin(Member member, @Nullable Call around, boolean blocking) {
        Call call = new Call(world.calls.size(), member, around, blocking, world.time.precise());
        world.calls.add(call);
        member.made++;
        call.thread = Thread.currentThread();
        call.running = true;
        bound(call);
        world.note(
                member,
                "call " + call.id + " begins, " + (blocking ? "blocking" : "asynchronous")
                        + (around == null ? "" : ", within call " + around.id));
        return call;
    }

    /** Its own total time, if that is known, and the deadline around it: the earlier one. */
    private void bound(Call call) {
        Member member = call.member;
        Deadline around = Deadline.current();
        long own = member.setUps.size() == 1 ? member.now().total : 0;
        long left = around.isNone() ? Long.MAX_VALUE : around.remaining().toNanos();
        left = own > 0 ? Math.min(left, own) : left;
        call.isBounded = left < Long.MAX_VALUE;
        call.due = call.begun + left;
    }

    void end(Call call, @Nullable Object value, @Nullable Throwable error) {
        call.running = false;
        call.ends++;
        call.value = value;
        call.error = error;
        call.over = world.time.precise();
        Member member = call.member;
        member.ended++;
        world.note(member, "call " + call.id + " ends: " + (error == null ? value : World.words(error)));
        if (call.ends > 1) {
            world.violated(member, "a call ends twice", call.toString());
        }
        if (call.blocking
                && call.around == null
                && error instanceof CallInterruptedException
                && !interrupted.contains(Thread.currentThread())) {
            world.violated(member, "an interrupt leaks", call + " was interrupted by nobody");
        }
        long most = member.mostNanos();
        boolean bounded = !call.blocking || member.isPooled() || (member.interrupts() && !call.metDeaf);
        long took = call.over - call.begun;
        long allowed = most + world.stalled() + (call.hasFallback ? SLOWER : 0);
        if (most > 0 && bounded && took > allowed) {
            world.violated(member, "a call outlasts its total timeout", call + " took " + took + " of " + allowed);
        }
    }

    Run workBegins(Call call, @Nullable Attempt attempt) {
        Member member = call.member;
        String place = attempt == null ? member.name : attempt.dependency();
        Run work = member.begins(place, world.time.wall());
        int underway = member.underway(place);
        boolean known = attempt != null || member.only != null;
        if (known && underway > member.mostUnderway()) {
            world.violated(
                    member,
                    "more under way than permitted",
                    underway + " of " + member.mostUnderway() + " in " + place + " with " + call);
        }
        call.works++;
        if (call.works > member.mostWorks()) {
            world.violated(member, "more attempts than allowed", call + " runs its work " + call.works + " times");
        }
        if (call.hasEnded() && !call.hasFallback && call.blocking && !member.isPooled()) {
            world.violated(member, "work begins after its call has ended", call.toString());
        }
        rate(member);
        world.note(member, "call " + call.id + " works, " + underway + " under way");
        return work;
    }

    void workEnds(Call call, Run work) {
        call.member.ends(work, world.time.wall());
    }

    /** So many tokens there have been since the beginning, and no more. */
    private void rate(Member member) {
        Gates gates = member.now().gates();
        if (gates.rate > 0 && member.setUps.size() == 1 && member.only != null) {
            double most = gates.burst + gates.rate * world.since() / 1e9;
            if (member.works > most + 1e-3) {
                world.violated(member, "more than the rate allows", member.works + " of " + most);
            }
        }
    }

    /** A fallback that may fail itself. */
    Object instead(Call call) {
        if (!call.inPeace && call.id % 13 == 0) {
            throw new IllegalStateException("the fallback fails");
        }
        return "instead";
    }

    Object slower(Call call, SplittableRandom random) throws Exception {
        world.time.sleep(random.nextLong(SLOWER));
        return instead(call);
    }

    // ---------------------------------------------------------------- orders

    @Nullable
    Object order(String key, Work<@Nullable Object, Exception> body) throws Exception {
        begins(key);
        try {
            return body.call();
        } finally {
            beingDone.remove(key);
        }
    }

    CompletableFuture<@Nullable Object> orderAsync(String key, Supplier<CompletableFuture<@Nullable Object>> body) {
        begins(key);
        CompletableFuture<@Nullable Object> result = body.get();
        CompletableFuture<@Nullable Object> unused = result.whenComplete((value, error) -> beingDone.remove(key));
        return result;
    }

    private void begins(String key) {
        if (!beingDone.add(key)) {
            world.violated(null, "an order is done twice at once", key);
        }
        if (done.containsKey(key)) {
            world.violated(null, "an order is done again", key);
        }
    }

    /** Somebody got this for an order. */
    void ordered(String key, @Nullable Object value) {
        world.note(null, key + " gave " + value);
        Object first = done.putIfAbsent(key, value == null ? "nothing" : value);
        if (first != null && !first.equals(value == null ? "nothing" : value)) {
            world.violated(null, "an order gives two results", key + ": " + first + " and " + value);
        }
    }

    // ---------------------------------------------------------------- threads

    private final Set<Thread> interrupted = new HashSet<>();

    /** The round interrupts the caller. */
    void interrupts(Call call) {
        call.meddled = true;
        Thread thread = Objects.requireNonNull(call.thread);
        interrupted.add(thread);
        thread.interrupt();
    }

    /** At the end of a task: nothing of its calls is left on the thread. */
    void threadIsClean(Member member) {
        boolean meant = interrupted.remove(Thread.currentThread());
        if (Thread.interrupted() && !meant) {
            world.violated(member, "an interrupt leaks", "nobody has interrupted the caller");
        }
        if (!Deadline.current().isNone()) {
            world.violated(member, "a deadline leaks", Deadline.current().toString());
        }
        world.threadIsOutside(member);
    }

    /** Whether it is an error of an observer, a classifier or a carrier, which callers do see. */
    static boolean isForeign(@Nullable Throwable error) {
        return error instanceof Broken && !"the work".equals(error.getMessage());
    }
}
