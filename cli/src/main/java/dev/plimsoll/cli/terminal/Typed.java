package dev.plimsoll.cli.terminal;

import dev.plimsoll.time.Time;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.function.BooleanSupplier;

/**
 * What is typed on a terminal while this process is in its foreground. A process in the background that reads from its terminal
 * is stopped, with all its threads; so this looks every fifth of a second whether something was typed, and whether that was for
 * us, and reads only then. It has no end: Ctrl-D is not noticed, for nothing was typed then.
 *
 * <p><b>Threading:</b> for one thread.
 */
final class Typed extends InputStream {
    private static final Duration PAUSE = Duration.ofMillis(200);

    private final InputStream terminal;
    private final BooleanSupplier isOurs;
    private final Time time;

    /**
     * Nothing is read yet.
     *
     * @param terminal read only when it has something, so that reading it does not wait
     * @param isOurs whether this process is in the foreground now; asked only when there is something
     * @param time by whose clock it waits
     */
    Typed(InputStream terminal, BooleanSupplier isOurs, Time time) {
        this.terminal = terminal;
        this.isOurs = isOurs;
        this.time = time;
    }

    @Override
    public int read() throws IOException {
        awaitSomething();
        return terminal.read();
    }

    @Override
    public int read(byte[] into, int from, int most) throws IOException {
        if (most == 0) {
            return 0;
        }
        awaitSomething();
        return terminal.read(into, from, Math.min(most, terminal.available()));
    }

    private void awaitSomething() throws IOException {
        try {
            while (terminal.available() == 0 || !isOurs.getAsBoolean()) {
                time.sleep(PAUSE);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while waiting for somebody to type");
        }
    }
}
