package dev.plimsoll.chaos;

import dev.plimsoll.call.Event.CallEnded;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * One call of a round, and what its caller and the observer know of it.
 *
 * <p><b>Threading:</b> only one thread works at a time.
 */
final class Call {

    final int id;
    final Member member;
    final @Nullable Call around;
    final boolean blocking;
    final boolean inPeace;
    final long begun;

    /** Whether something may answer in place of the work. */
    boolean hasFallback;

    /** The instant of its end; meaningful once it has ended. */
    long over;

    @Nullable
    Thread thread;

    @Nullable
    CompletableFuture<@Nullable Object> future;

    boolean running;
    int ends;

    /** What its caller got. */
    @Nullable
    Object value;

    @Nullable
    Throwable error;

    /** The round has interrupted or cancelled it. */
    boolean meddled;

    /** Some work within took no notice of interrupts. */
    boolean metDeaf;

    /** Whether its time is known to be up at an instant. */
    boolean isBounded;

    /** That instant; meaningful only if it is bounded. */
    long due;

    int works;
    int attemptsTold;
    final List<CallEnded> told = new ArrayList<>();

    Call(int id, Member member, @Nullable Call around, boolean blocking, long begun) {
        this.id = id;
        this.member = member;
        this.around = around;
        this.blocking = blocking;
        this.inPeace = member.inPeace();
        this.begun = begun;
    }

    boolean hasEnded() {
        return ends > 0;
    }

    @Override
    public String toString() {
        return "call " + id + " of " + member.name;
    }
}
