package dev.plimsoll.chaos;

import dev.plimsoll.breaker.CircuitTransition;
import dev.plimsoll.call.Event;
import dev.plimsoll.call.Event.AttemptEnded;
import dev.plimsoll.call.Event.CallEnded;
import dev.plimsoll.call.Event.RetryScheduled;
import dev.plimsoll.call.TimeoutExceededException;
import dev.plimsoll.time.VirtualTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a round has: its time, its guards, the calls that were made, what was told and what was wrong.
 *
 * <p><b>Threading:</b> only one thread works at a time.
 */
final class World {

    /** Something that must not be. */
    record Violation(@Nullable Member member, String kind, String details) {

        @Override
        public String toString() {
            return (member == null ? "" : member + ": ") + kind + ": " + details;
        }
    }

    private static final ThreadLocal<@Nullable Call> HERE = new ThreadLocal<>();

    final VirtualTime time;
    final long origin;
    final List<Member> members = new ArrayList<>();
    final List<Call> calls = new ArrayList<>();
    final List<Violation> violations = new ArrayList<>();
    final List<String> trace = new ArrayList<>();
    final Reached reached = new Reached();
    private final boolean tracing;
    private long stalled;
    private @Nullable Instant stalledUntil;

    World(VirtualTime time, boolean tracing) {
        this.time = time;
        this.tracing = tracing;
        this.origin = time.precise();
    }

    long since() {
        return time.precise() - origin;
    }

    // ---------------------------------------------------------------- which call this is

    @Nullable
    Call here() {
        return HERE.get();
    }

    /** Says which call the current thread is inside of; gives back which one it was before. */
    @Nullable
    Call goInto(@Nullable Call call) {
        Call before = HERE.get();
        if (call == null) {
            HERE.remove();
        } else {
            HERE.set(call);
        }
        return before;
    }

    /** Nothing that was carried to the current thread is left there. */
    void threadIsOutside(Member member) {
        Call left = goInto(null);
        if (left != null) {
            violated(member, "a context leaks", left + " is left on a thread");
        }
    }

    // ---------------------------------------------------------------- what happens

    void note(@Nullable Member member, String text) {
        if (tracing) {
            trace.add(String.format("%,13d µs %s %s", since() / 1_000, member == null ? "-" : member.name, text));
        }
    }

    void violated(@Nullable Member member, String kind, String details) {
        note(member, "VIOLATION " + kind + ": " + details);
        violations.add(new Violation(member, kind, details));
    }

    /** The process is about to stand still. */
    void stalls(long nanos) {
        stalled += nanos;
        stalledUntil = time.wall().plusNanos(nanos);
    }

    /** For how long the process has stood still so far. */
    long stalled() {
        return stalled;
    }

    /** An observer of a member's guard. */
    void hear(Member member, Event event) {
        Call call = here();
        if (tracing) {
            note(member, (call == null ? "nobody's" : "call " + call.id) + " " + words(event));
        }
        reached.event(event);
        if (event instanceof CallEnded ended) {
            member.told.merge(ended.end(), 1, Integer::sum);
            if (call == null || call.member != member) {
                member.strays++; // an error of a carrier: it was told without what is carried
            } else {
                call.told.add(ended);
            }
        } else if (event instanceof CircuitTransition transition && member.only != null) {
            String fault = member.probes.fault(transition, member.leastSuccesses());
            if (fault != null && !mayNotHaveBegun(member, transition)) {
                violated(member, "a breaker turns without a reason", fault + ": " + transition);
            }
        } else if (event instanceof RetryScheduled next && call != null && call.member == member) {
            if (call.isBounded && time.precise() + next.pauseNanos() - call.due > 0) {
                violated(member, "a pause outlasts the time of its call", call + ": " + next);
            }
        } else if (event instanceof AttemptEnded) {
            if (call == null || call.member != member) {
                member.strayAttempts++; // the same
            } else {
                call.attemptsTold++;
            }
        }
    }

    /** Whether a probe may be on its way to its thread, as the process stood still meanwhile: its lease runs, its work does not. */
    private boolean mayNotHaveBegun(Member member, CircuitTransition transition) {
        return member.handsOver()
                && Probes.ranOut(transition)
                && transition.at().equals(stalledUntil);
    }

    /** Without what differs from one run to the next. */
    private static String words(Event event) {
        if (event instanceof CallEnded ended) {
            return "CallEnded " + ended.end() + " after " + ended.attempts() + " attempts, " + ended.elapsedNanos()
                    + " ns, " + words(ended.error()) + ", earlier "
                    + ended.earlier().stream().map(World::words).toList() + ", " + ended.refusal();
        }
        if (event instanceof AttemptEnded ended) {
            return "AttemptEnded " + ended.number() + " " + ended.verdict() + " " + ended.elapsedNanos() + " ns, "
                    + words(ended.error()) + (ended.localStall() ? ", local stall" : "");
        }
        return event.toString();
    }

    static String words(@Nullable Throwable error) {
        return error instanceof TimeoutExceededException timeout
                ? "limit " + timeout.limit() + " of " + timeout.dependency()
                : String.valueOf(error);
    }
}
