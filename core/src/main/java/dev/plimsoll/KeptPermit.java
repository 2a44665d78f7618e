package dev.plimsoll;

import dev.plimsoll.bulkhead.Bulkhead;
import dev.plimsoll.bulkhead.Orphan;
import dev.plimsoll.bulkhead.PooledBody;
import dev.plimsoll.call.Admission.Leave;
import dev.plimsoll.call.Outcome;
import java.lang.invoke.ConstantBootstraps;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Objects;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * An asynchronous attempt as the keeper of the bulkhead's permit, which it keeps for as long as anything of its work runs,
 * whatever the caller has been told meanwhile.
 *
 * <p><b>Threading:</b> safe for use by any number of threads.
 */
abstract class KeptPermit extends AsyncEnd implements Consumer<CompletionStage<?>> {
    /*
     * `running` counts what keeps the permit: the beginning of the work, its stage, each stage registered by endsWith();
     * and the attempt, where its other gates are to be settled first.
     *
     *     1 ── begins() ──► n ── ends() ──► … ──► 0            settled, once: nothing begins any more
     *                       │                     ▲
     *                       └─ letGo() ─► n | ORPHANED ── ends() ──► … ──► 0 | ORPHANED     an orphan's: it ends first
     *
     * Concurrency: whoever begins something is itself counted, so that the count cannot be 0 then; except for endsWith(),
     * which may come at any time, and adds by a compare-and-set to what is not 0. One thread brings the count to 0, and
     * settles. `orphan` is set once, before ORPHANED is, so that whoever reads the bit finds it; if the count has become 0
     * before that, the orphan ends at once, by the thread that let go.
     */
    private static final VarHandle RUNS = ConstantBootstraps.fieldVarHandle(
            MethodHandles.lookup(), "running", VarHandle.class, KeptPermit.class, int.class);
    private static final VarHandle LEFT = ConstantBootstraps.fieldVarHandle(
            MethodHandles.lookup(), "orphan", VarHandle.class, KeptPermit.class, Orphan.class);
    private static final int ORPHANED = 1 << 30;

    final Steps steps;
    final Leave entered;
    final Timing timing;
    volatile @Nullable CompletionStage<?> stage;
    volatile @Nullable PooledBody<CompletionStage<?>> body;
    private volatile int running;
    private volatile @Nullable Orphan orphan;

    /** Kept by the beginning of the work, and by the attempt itself where it is settled last. */
    KeptPermit(AsyncPath call, AsyncPath.Start start, Leave entered) {
        super(call, start);
        this.steps = call.engine.steps;
        this.entered = entered;
        this.timing = start.limits();
        RUNS.set(this, steps.settlesPlaceLast() ? 2 : 1);
    }

    /** One more keeps the permit; said by one that does. */
    final void begins() {
        RUNS.getAndAdd(this, 1);
    }

    /** One of what keeps the permit is over. */
    final void ends() {
        Bulkhead bulkhead = call.engine.parts.bulkhead();
        int left = (int) RUNS.getAndAdd(this, -1) - 1;
        if (bulkhead == null || (left & ~ORPHANED) != 0) {
            return;
        }
        try {
            if (left == ORPHANED) {
                Objects.requireNonNull(orphan).ended();
            }
        } finally {
            steps.settleBulkhead(steps.place(entered));
        }
    }

    /** The user's: a stage that keeps the permit as well, see {@link dev.plimsoll.call.Attempt#endsWith}. */
    public final void endsWith(CompletionStage<?> end) {
        int seen;
        do {
            seen = running;
            if ((seen & ~ORPHANED) == 0) {
                throw new IllegalStateException("the attempt has ended: register before its stage completes");
            }
        } while (!RUNS.compareAndSet(this, seen, seen + 1));
        try {
            end.whenComplete((value, error) -> ends());
        } catch (Throwable ofStage) { // or of null: nobody will say when it ends
            ends();
            throw ofStage;
        }
    }

    /**
     * Cancels the work's stage. What cannot be cancelled runs on, and keeps the permit.
     *
     * @return an {@link Error} of the stage's; null for none
     */
    final @Nullable Throwable letGo(CompletionStage<?> stage) {
        Throwable foreign = null;
        try {
            boolean unused = stage.toCompletableFuture().cancel(true);
        } catch (Exception cannot) {
            foreign = null;
        } catch (Throwable error) {
            foreign = error;
        }
        orphan();
        return foreign;
    }

    /** Cancels the work, wherever it is; gives back an {@link Error} of the user's that this has led to, or that of before. */
    final @Nullable Throwable letWorkGo(@Nullable Throwable before) {
        PooledBody<CompletionStage<?>> pooled = body;
        if (pooled != null) {
            letGo(pooled);
        }
        CompletionStage<?> begun = stage;
        Throwable foreign = begun == null ? null : letGo(begun);
        return foreign != null ? foreign : before;
    }

    /** Interrupts what has not come to its stage yet; a stage that comes of it all the same is let go as well. */
    final void letGo(PooledBody<CompletionStage<?>> pooled) {
        boolean runsOn = pooled.detach(timing.interrupts(), this);
        if (runsOn && call.pool() != call.engine.parts.bulkhead()) { // else its bulkhead counts it already
            orphan();
        }
    }

    /** What has come to its stage although it was let go. */
    @Override
    public final void accept(CompletionStage<?> late) {
        begins();
        follow(late);
    }

    /** The part of the work that runs in the pool is over, or never will run. */
    final void bodyHasEnded() {
        PooledBody<CompletionStage<?>> ended = Objects.requireNonNull(body);
        if (ended.isDone()) {
            Outcome outcome = ended.outcome();
            began((CompletionStage<?>) outcome.value(), outcome.error());
        } else {
            ends();
        }
    }

    /** The beginning of the work is over: it has a stage, or has failed. */
    abstract void began(@Nullable CompletionStage<?> begun, @Nullable Throwable error);

    /** The end of a stage is to be the end of the work. */
    abstract void follow(CompletionStage<?> begun);

    /** What keeps it runs on although its caller has given up. */
    final void orphan() {
        Bulkhead bulkhead = call.engine.parts.bulkhead();
        if (bulkhead == null || running == 0) {
            return;
        }
        Orphan left;
        try {
            left = bulkhead.orphan();
        } catch (Throwable noMemory) {
            return; // it is counted nowhere, and keeps its permit all the same
        }
        if (LEFT.compareAndSet(this, null, left)) {
            for (int seen = running; seen > 0; seen = running) {
                if (RUNS.compareAndSet(this, seen, seen | ORPHANED)) {
                    return;
                }
            }
        }
        left.ended();
    }
}
