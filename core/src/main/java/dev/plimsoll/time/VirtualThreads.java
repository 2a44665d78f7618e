package dev.plimsoll.time;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import org.jspecify.annotations.Nullable;

/**
 * Virtual threads where the JVM has them, which is Java 21 and newer. The library runs on older ones too, so it looks for
 * them when it runs; this is the one place that does.
 *
 * <p><b>Threading:</b> safe for use by any number of threads.
 */
@SuppressWarnings("exports") // the null annotations are optional for who uses this module
public final class VirtualThreads {

    /* (name, body) → an unstarted thread; null where there are none. */
    private static final @Nullable MethodHandle MAKE = find();

    private VirtualThreads() {}

    /**
     * Whether this JVM has them.
     *
     * @return never changes; false also where they are only a preview that was not enabled
     */
    public static boolean exist() {
        return MAKE != null;
    }

    /**
     * Makes a virtual thread and does not start it. It knows no application: no context class loader, no inherited
     * thread-locals.
     *
     * @param name shown in thread dumps
     * @param body what it will run
     * @return an unstarted thread, always a daemon
     * @throws UnsupportedOperationException when this JVM has none
     */
    public static Thread unstarted(String name, Runnable body) {
        if (MAKE == null) {
            throw new UnsupportedOperationException("Java " + Runtime.version() + " has no virtual threads");
        }
        Thread thread;
        try {
            thread = (Thread) MAKE.invokeExact(name, body);
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable undeclared) {
            throw new IllegalStateException(undeclared);
        }
        thread.setContextClassLoader(null);
        return thread;
    }

    /* Thread.ofVirtual().inheritInheritableThreadLocals(false).name(name).unstarted(body) */
    @SuppressWarnings("UnusedVariable") // that one can be made is what is asked
    private static @Nullable MethodHandle find() {
        try {
            MethodHandles.Lookup lookup = MethodHandles.publicLookup();
            Class<?> builder = lookup.findClass("java.lang.Thread$Builder$OfVirtual");
            MethodHandle ofVirtual = lookup.findStatic(Thread.class, "ofVirtual", MethodType.methodType(builder));
            MethodHandle inherit = lookup.findVirtual(
                    builder, "inheritInheritableThreadLocals", MethodType.methodType(builder, boolean.class));
            MethodHandle named = lookup.findVirtual(builder, "name", MethodType.methodType(builder, String.class));
            MethodHandle unstarted =
                    lookup.findVirtual(builder, "unstarted", MethodType.methodType(Thread.class, Runnable.class));
            MethodHandle bare =
                    MethodHandles.filterReturnValue(ofVirtual, MethodHandles.insertArguments(inherit, 1, false));
            MethodHandle make =
                    MethodHandles.collectArguments(unstarted, 0, MethodHandles.collectArguments(named, 0, bare));
            Runnable nothing = () -> {};
            Thread made = (Thread) make.invokeExact("", nothing); // throws where they are a preview
            return make;
        } catch (Error e) {
            throw e;
        } catch (Throwable none) {
            return null;
        }
    }
}
