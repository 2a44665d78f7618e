package dev.plimsoll.console.gather;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Brings what several processes tell into the order of their clocks. What comes is held back until nothing has come for a
 * tick, or for ten of them: so long as streams differ, and as what is told from before takes to come.
 *
 * <p>What comes later than that, as of a process that was away, keeps its own time and stands behind what is newer; whoever
 * shows it knows where it belongs.
 *
 * <p><b>Threading:</b> safe for use by any number of threads.
 */
public final class Timeline {

    private static final int MOST_TICKS = 10;

    private List<Told> heldBack = new ArrayList<>();
    private boolean someCame;
    private int ticks;

    /** Nothing was told yet. */
    public Timeline() {}

    /**
     * Holds an entry back.
     *
     * @param entry what a process has told
     */
    public synchronized void add(Told entry) {
        heldBack.add(entry);
        someCame = true;
    }

    /**
     * A tick is over.
     *
     * @return what is held back no longer, the oldest first
     */
    public synchronized List<Told> tick() {
        boolean wait = someCame && ++ticks < MOST_TICKS;
        someCame = false;
        if (wait || heldBack.isEmpty()) {
            return List.of();
        }
        List<Told> ready = heldBack;
        ready.sort(Comparator.comparingLong(Told::at)); // of one time: as they came
        heldBack = new ArrayList<>();
        ticks = 0;
        return ready;
    }
}
