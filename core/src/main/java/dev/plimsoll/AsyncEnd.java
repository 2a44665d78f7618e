package dev.plimsoll;

import dev.plimsoll.timeout.StageTimer;
import java.lang.invoke.ConstantBootstraps;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/**
 * Where the end of an asynchronous attempt meets the path of its call. Both exchange the result: the path, when it comes
 * first, has left, and the end goes on; else the path takes the result and goes on itself.
 *
 * <p><b>Threading:</b> the path is one thread, the end another one, or the same.
 */
abstract class AsyncEnd extends StageTimer {

    private static final VarHandle RESULT = ConstantBootstraps.fieldVarHandle(
            MethodHandles.lookup(), "result", VarHandle.class, AsyncEnd.class, Object.class);
    private static final Object NULL = new Object();

    @SuppressWarnings("UnusedVariable") // exchanged only
    private volatile @Nullable Object result;

    final AsyncPath call;

    AsyncEnd(AsyncPath call, AsyncPath.Start start) {
        super(start.isWhole(call.deadline), start.givenNanos(call.deadline));
        this.call = call;
    }

    /** What the path goes on with; {@link AsyncCall#PENDING} when it has left, and the end of the attempt goes on. */
    final @Nullable Object resultOrPending() {
        Object known = RESULT.compareAndExchange(this, null, AsyncCall.PENDING);
        if (known == null) {
            return AsyncCall.PENDING;
        }
        return known == NULL ? null : known;
    }

    /** The result is known: the path goes on with it here, if it has left. */
    final void hand(@Nullable Object told) {
        if (RESULT.getAndSet(this, told == null ? NULL : told) == AsyncCall.PENDING) {
            call.goOn(told);
        }
    }

    /** The path goes on elsewhere, even if it has not left yet. */
    final void takesPath() {
        result = AsyncCall.PENDING;
    }
}
