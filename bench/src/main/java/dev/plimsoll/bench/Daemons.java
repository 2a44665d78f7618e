package dev.plimsoll.bench;

/** Threads of peers that do not keep a virtual machine from ending. */
final class Daemons {

    private Daemons() {}

    static Thread thread(Runnable work) {
        Thread thread = new Thread(work, "bench");
        thread.setDaemon(true);
        return thread;
    }

    /** Closes what declares that it may throw anything. */
    static void close(AutoCloseable peer) {
        try {
            peer.close();
        } catch (Exception e) {
            throw new IllegalStateException("cannot close " + peer, e);
        }
    }
}
