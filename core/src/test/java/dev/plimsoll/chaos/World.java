package dev.plimsoll.chaos;

import dev.plimsoll.breaker.BreakerState;
import dev.plimsoll.breaker.CircuitTransition;
import dev.plimsoll.call.Event;
import dev.plimsoll.call.Event.AttemptEnded;
import dev.plimsoll.call.Event.CallEnded;
import dev.plimsoll.call.TimeoutExceededException;
import dev.plimsoll.time.VirtualTime;
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

    // ---------------------------------------------------------------- what happens

    void note(@Nullable Member member, String text) {
        if (tracing) {
            trace.add(String.format(
                    "%,13d µs %s %s", since() / 1_000, member == null ? "-" : member.name, text));
        }
    }

    void violated(@Nullable Member member, String kind, String details) {
        note(member, "VIOLATION " + kind + ": " + details);
        violations.add(new Violation(member, kind, details));
    }

    void stalls(long nanos) {
        stalled += nanos;
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
            turns(member, transition);
        } else if (event instanceof AttemptEnded && call != null && call.member == member) {
            call.attemptsTold++;
        }
    }

    /** A half-open breaker closes by probes, and by nothing that began before it was half-open. */
    private void turns(Member member, CircuitTransition transition) {
        if (transition.to() == BreakerState.HALF_OPEN) {
            member.halfOpen = transition.at();
        } else if (transition.from() == BreakerState.HALF_OPEN && transition.to() == BreakerState.CLOSED) {
            boolean probed = member.lastWork != null && !member.lastWork.isBefore(member.halfOpen);
            boolean byOthers = member.setUps.size() > 1 || transition.reason().contains("chaos");
            if (!probed && !byOthers) {
                violated(member, "closed without a probe", transition + ", last work at " + member.lastWork);
            }
        }
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
