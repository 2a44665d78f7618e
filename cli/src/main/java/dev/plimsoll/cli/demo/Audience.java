package dev.plimsoll.cli.demo;

import java.io.IOException;
import java.io.InputStream;

/**
 * Who sits at the terminal, and for whom the demonstration plays on until they press Enter. When nobody can, for the
 * standard input is at its end, it ends with the story.
 *
 * <p><b>Threading:</b> safe for use by any number of threads.
 */
final class Audience {
    private final Runnable end;
    private boolean storyIsOver; // guarded by this, as the other
    private boolean gone;

    /**
     * Nobody has said anything yet.
     *
     * @param end ends the demonstration; may be called more than once
     */
    Audience(Runnable end) {
        this.end = end;
    }

    /** The story has been told to its end. */
    synchronized void storyIsOver() {
        storyIsOver = true;
        endIfNobodyIsThere();
    }

    /** Waits for Enter, or the end of the input. */
    void listen(InputStream in) {
        try {
            for (int read = in.read(); read >= 0; read = in.read()) {
                if (read == '\n') {
                    end.run();
                    return;
                }
            }
        } catch (IOException e) {
            // as good as its end
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
