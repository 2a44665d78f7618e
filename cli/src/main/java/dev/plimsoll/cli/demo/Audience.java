package dev.plimsoll.cli.demo;

import dev.plimsoll.time.Time;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;

/**
 * Who sits at the terminal, and for whom the demonstration plays on until they press Enter, or Ctrl-D for the end of the input.
 * When nobody can, for the standard input is at its end from the beginning, it ends with the story.
 *
 * <p><b>Threading:</b> safe for use by any number of threads.
 */
final class Audience {
    private static final long BEGINNING = Duration.ofSeconds(1).toNanos();

    private final Runnable end;
    private final Time time;
    private boolean storyIsOver; // guarded by this, as the other
    private boolean gone;

    /**
     * Nobody has said anything yet.
     *
     * @param end ends the demonstration; may be called more than once
     * @param time by whose clock an input is at its end from the beginning
     */
    Audience(Runnable end, Time time) {
        this.end = end;
        this.time = time;
    }

    /** The story has been told to its end. */
    synchronized void storyIsOver() {
        storyIsOver = true;
        endIfNobodyIsThere();
    }

    /** Waits for Enter, or the end of the input. */
    void listen(InputStream in) {
        long begun = time.precise();
        try {
            int read = in.read();
            while (read >= 0 && read != '\n') {
                read = in.read();
            }
            if (read == '\n' || time.precise() - begun > BEGINNING) {
                end.run();
                return;
            }
        } catch (IOException e) {
            // nobody can type any more
        }
        leave();
    }

    private synchronized void leave() {
        gone = true;
        endIfNobodyIsThere();
    }

    private void endIfNobodyIsThere() {
        if (storyIsOver && gone) {
            end.run();
        }
    }
}
