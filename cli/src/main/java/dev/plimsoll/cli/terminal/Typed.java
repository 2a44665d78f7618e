package dev.plimsoll.cli.terminal;

import dev.plimsoll.time.Time;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.function.BooleanSupplier;

/**
 * What is typed on a terminal while this process is in its foreground, up to the end, Ctrl-D. In the background a read fails, as
 * long as {@link StopSignal} is ignored; then this looks once a second whether the process is in the foreground again, which may
 * cost a process each time, and reads on there.
 *
 * <p><b>Threading:</b> for one thread.
 */
final class Typed extends InputStream {
    private static final Duration PAUSE = Duration.ofSeconds(1);

    private final InputStream terminal;
    private final BooleanSupplier isOurs;
    private final Time time;

    /**
     * Nothing is read yet.
     *
     * @param terminal fails in the background
     * @param isOurs whether this process is in the foreground now; asked only when a read has failed
     * @param time by whose clock it waits
     */
    Typed(InputStream terminal, BooleanSupplier isOurs, Time time) {
        this.terminal = terminal;
        this.isOurs = isOurs;
        this.time = time;
    }

    /** A read from the terminal, which may fail. */
    @FunctionalInterface
    private interface Read {
        int once() throws IOException;
    }

    @Override
    public int read() throws IOException {
        return whenOurs(terminal::read);
    }

    @Override
    public int read(byte[] into, int from, int most) throws IOException {
        return whenOurs(() -> terminal.read(into, from, most));
    }

    /** What has failed in the foreground is tried once more: it may have come there only meanwhile. */
    private int whenOurs(Read read) throws IOException {
        boolean again = false;
        while (true) {
            try {
                return read.once();
            } catch (IOException e) {
                boolean ours = isOurs.getAsBoolean();
                if (ours && again) {
                    throw e;
                }
                again = ours;
                if (!ours) {
                    pause();
                }
            }
        }
    }

    private void pause() throws IOException {
        try {
            time.sleep(PAUSE);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted in the background");
        }
    }
}
