package dev.plimsoll.cli.watch;

import dev.plimsoll.breaker.BreakerSnapshot;
import dev.plimsoll.cli.terminal.Picture;
import dev.plimsoll.cli.terminal.Terminal;
import dev.plimsoll.time.Time;
import java.io.PrintWriter;
import java.time.Duration;
import java.time.ZoneId;
import java.util.List;
import java.util.function.Supplier;

/**
 * Shows a watch as a picture that changes in place, ten times a second, and looks once a second whether the terminal has
 * another size.
 *
 * <p><b>Threading:</b> safe for use by any number of threads; a daemon thread of its own draws, until {@link #close()}.
 */
final class ScreenView implements WatchView {
    private static final long REDRAW_NANOS = 100_000_000;
    private static final int REDRAWS_PER_SIZE = 10;

    private final Tally tally = new Tally();
    private final Time time;
    private final WatchSettings settings;
    private final Supplier<BreakerSnapshot> breaker;
    private final Terminal terminal;
    private final PrintWriter out;
    private final Picture picture;
    private final WatchScreen screen;
    private final long start;
    private volatile Terminal.Size size;
    private volatile String note = "";
    private volatile boolean closed;

    private ScreenView(
            Time time, WatchSettings settings, Supplier<BreakerSnapshot> breaker, Terminal terminal, PrintWriter out) {
        this.time = time;
        this.settings = settings;
        this.breaker = breaker;
        this.terminal = terminal;
        this.out = out;
        this.size = terminal.size();
        this.screen = new WatchScreen(terminal.unicode() ? Signs.UNICODE : Signs.ASCII, ZoneId.systemDefault());
        this.start = time.precise();
        this.picture = new Picture(out, size);
    }

    /** Takes the terminal over and begins to draw. */
    static ScreenView open(
            Time time, WatchSettings settings, Supplier<BreakerSnapshot> breaker, Terminal terminal, PrintWriter out) {
        ScreenView view = new ScreenView(time, settings, breaker, terminal, out);
        Thread painter = new Thread(view::drawOnAndOn, "watch-screen");
        painter.setDaemon(true);
        painter.start();
        return view;
    }

    @Override
    public void called(Called call) {
        tally.called(call);
    }

    @Override
    public void moved(Moved move) {
        tally.moved(move);
    }

    @Override
    public void say(String text) {
        note = text;
    }

    @Override
    public boolean isBroken() {
        return out.checkError();
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            draw();
            picture.close();
        }
    }

    private void drawOnAndOn() {
        try {
            for (int drawn = 1; !closed; drawn++) {
                if (drawn % REDRAWS_PER_SIZE == 0) {
                    size = terminal.size();
                }
                draw();
                time.sleep(REDRAW_NANOS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void draw() {
        Terminal.Size now = size;
        List<String> lines = screen.lines(scene(), now.columns(), now.rows()).stream()
                .map(line -> line.show(now.columns(), terminal.colour(), screen.ellipsis()))
                .toList();
        picture.show(lines, now);
    }

    private Scene scene() {
        BreakerSnapshot circuit = breaker.get();
        return new Scene(
                settings,
                Duration.ofNanos(time.precise() - start),
                new Scene.Circuit(
                        circuit.state(),
                        circuit.since(),
                        Duration.ofNanos(circuit.sinceNanos()),
                        circuit.reason(),
                        circuit.nextProbeIn(),
                        circuit.operated().flatMap(BreakerSnapshot.Operated::endsIn)),
                tally.seen(),
                note);
    }
}
