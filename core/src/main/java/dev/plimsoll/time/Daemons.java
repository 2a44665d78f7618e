package dev.plimsoll.time;

/**
 * Makes the two service threads of {@link SystemTime}.
 *
 * <p>They are daemons, know no application (no context class loader, no inherited thread-locals, the topmost thread
 * group) and run at normal priority whoever happened to need them first.
 *
 * <p><b>Threading:</b> safe for use by any number of threads.
 */
final class Daemons {
    private Daemons() {}

    /**
     * Starts a thread.
     *
     * @throws OutOfMemoryError when the system has no thread left
     */
    @SuppressWarnings("ThreadPriorityCheck") // not to be scheduled better, but not to inherit
    static Thread start(String name, Runnable body) {
        Thread thread = thread(name, body);
        thread.start();
        return thread;
    }

    /** Makes a thread and does not start it. */
    @SuppressWarnings("ThreadPriorityCheck") // the normal one, and not that of who happened to need it first
    static Thread thread(String name, Runnable body) {
        ThreadGroup group = Thread.currentThread().getThreadGroup();
        while (group != null && group.getParent() != null) {
            group = group.getParent();
        }
        Thread thread = new Thread(group, body, name, 0, false);
        thread.setDaemon(true);
        thread.setContextClassLoader(null);
        thread.setPriority(Thread.NORM_PRIORITY);
        return thread;
    }
}
