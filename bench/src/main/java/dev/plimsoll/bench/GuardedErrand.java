package dev.plimsoll.bench;

import org.openjdk.jmh.annotations.CompilerControl;

/**
 * One thread's errand with a subject's guard around it, made once, as each library recommends for its fastest path.
 *
 * <p><b>Threading:</b> one per benchmark thread; the guard inside is shared by all of them.
 */
abstract class GuardedErrand {

    GuardedErrand() {}

    /** Makes one guarded call. */
    abstract Object call() throws Exception;

    /** The same call below two frames that are really there: an exception has to unwind them. */
    @CompilerControl(CompilerControl.Mode.DONT_INLINE)
    final Object callThroughFrames() throws Exception {
        return innerFrame();
    }

    @CompilerControl(CompilerControl.Mode.DONT_INLINE)
    private Object innerFrame() throws Exception {
        return call();
    }
}
