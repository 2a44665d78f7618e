package dev.plimsoll.call;

import java.lang.invoke.ConstantBootstraps;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/**
 * Leave for one attempt, for code that runs its work itself. Settle it once; closing it unsettled counts as
 * {@link Verdict#IGNORED}, so that a try-with-resources can never leak it.
 *
 * <p><b>Threading:</b> may be settled by any thread; the first one wins, all others change nothing.
 */
@SuppressWarnings("exports") // the null annotations are optional for who uses this module
public final class Permit implements AutoCloseable {

    /* The gate's leave doubles as the one-shot flag: it is taken out by whoever settles first. The start is kept in
     * units of 2^16 ns, so that a permit takes 24 bytes; the span it measures wraps after 78 hours. */
    private static final VarHandle LEAVE = ConstantBootstraps.fieldVarHandle(
            MethodHandles.lookup(), "leave", VarHandle.class, Permit.class, Admission.Leave.class);
    private static final int START_SHIFT = 16;

    private final Gate gate;
    private final int started;

    @SuppressWarnings("UnusedVariable") // read through LEAVE
    private volatile Admission.@Nullable Leave leave;

    /**
     * Made by the {@code tryEnter} methods of the mechanisms. The time of the work runs from here. What there is no memory for is
     * settled as {@link Verdict#NOT_RUN}.
     *
     * @param gate who gave the leave
     * @param leave what it gave
     * @return leave that nobody else knows of
     */
    public static Permit of(Gate gate, Admission.Leave leave) {
        try {
            return new Permit(gate, leave);
        } catch (Throwable noMemory) { // or a clock of the user's gate that throws
            gate.settle(leave, Judgement.NOT_RUN, 0, 0, null);
            throw noMemory;
        }
    }

    private Permit(Gate gate, Admission.Leave leave) {
        this.gate = gate;
        this.leave = leave;
        this.started = ticks(gate.clock());
    }

    /**
     * Settles with what the work's result means.
     *
     * @param judgement what it means to the gate
     * @param error what the work threw, for the record; null when it returned
     * @return true the first time; false when the permit was settled before, and nothing changed
     */
    public boolean settle(Judgement judgement, @Nullable Throwable error) {
        Admission.Leave mine = (Admission.Leave) LEAVE.getAndSet(this, null);
        if (mine == null) {
            return false;
        }
        long now = gate.clock();
        gate.settle(mine, judgement, now, (ticks(now) - started & 0xFFFF_FFFFL) << START_SHIFT, error);
        gate.publish();
        return true;
    }

    /**
     * Settles with a verdict.
     *
     * @param verdict what the outcome means to the gate
     * @return true the first time; false when the permit was settled before, and nothing changed
     */
    public boolean settle(Verdict verdict) {
        return settle(Judgement.of(verdict, Repeat.NEVER), null);
    }

    /**
     * Settles with what an error means by the standard classifier.
     *
     * @param error what the work threw
     * @return true the first time; false when the permit was settled before, and nothing changed
     */
    public boolean failed(Throwable error) {
        return settle(Classifier.standard().judge(Outcome.threw(error)), error);
    }

    /**
     * Settles with {@link Verdict#SUCCESS}.
     *
     * @return true the first time; false when the permit was settled before, and nothing changed
     */
    public boolean succeeded() {
        return settle(Judgement.SUCCESS, null);
    }

    /** Settles with {@link Verdict#IGNORED}, unless it was settled before. */
    @Override
    public void close() {
        settle(Judgement.IGNORED, null);
    }

    private static int ticks(long instant) {
        return (int) (instant >> START_SHIFT);
    }
}
