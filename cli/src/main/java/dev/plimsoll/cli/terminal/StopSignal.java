package dev.plimsoll.cli.terminal;

/**
 * SIGTTIN, by which a terminal stops a process, with all its threads, that reads from it in the background. Where it is ignored
 * such a read fails instead.
 *
 * <p>To the JDK's own way there the compiler objects, for it need not be in every runtime; so it is looked for by its name.
 */
final class StopSignal {
    private StopSignal() {}

    /** Ignores it from now on. Gives back whether that is possible here. */
    static boolean ignore() {
        return ignore("sun.misc.Signal", "TTIN");
    }

    static boolean ignore(String type, String name) {
        try {
            Class<?> signals = Class.forName(type);
            Class<?> handlers = Class.forName(type + "Handler");
            Object signal = signals.getConstructor(String.class).newInstance(name);
            Object unused = signals.getMethod("handle", signals, handlers)
                    .invoke(null, signal, handlers.getField("SIG_IGN").get(null));
            return true;
        } catch (ReflectiveOperationException e) {
            return false; // this runtime is without, or this system has no such signal
        }
    }
}
