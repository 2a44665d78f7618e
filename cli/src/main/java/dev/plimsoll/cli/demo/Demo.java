package dev.plimsoll.cli.demo;

import dev.plimsoll.Guards;
import dev.plimsoll.cli.flaky.FlakyServer;
import dev.plimsoll.cli.json.Json;
import dev.plimsoll.cli.option.CommandFailure;
import dev.plimsoll.cli.page.Page;
import dev.plimsoll.cli.terminal.Terminal;
import dev.plimsoll.cli.watch.Watch;
import dev.plimsoll.cli.watch.WatchSettings;
import dev.plimsoll.time.Time;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One performance: the story of one service, those of the others beside it, and what it came to.
 *
 * <pre>
 *   the story, for its length ──▶ its summary ──▶ the end
 *                                    └─ on a terminal: once more, and once more … until Enter
 * </pre>
 *
 * <p><b>Threading:</b> {@link #play} belongs to one thread, and makes others that it ends.
 */
final class Demo {
    /* The open time is no multiple of it, so that no call falls together with the end of the open time: the timer is seen
     * to half-open the circuit, and the next call to be the probe. */
    private static final Duration EVERY = Duration.ofMillis(400);

    private static final Duration OPEN_FOR = Duration.ofSeconds(5);
    private static final Duration TIMEOUT = Duration.ofSeconds(1);
    private static final int FAILURES = 3;
    private static final String NAME = "payments";

    private final Time time;
    private final Guards guards;
    private final FlakyServer server;
    private final Page page;
    private final Shop shop;
    private final Duration length;
    private volatile @Nullable DemoSummary whenItWasOver;
    private boolean cutShort;

    /**
     * Nothing has happened yet.
     *
     * @param guards in which all of it is guarded, and whose clock it goes by
     * @param server the service of the story
     * @param page where it can be seen
     * @param shop what plays beside it
     * @param length how long the story takes
     */
    Demo(Guards guards, FlakyServer server, Page page, Shop shop, Duration length) {
        this.time = guards.time();
        this.guards = guards;
        this.server = server;
        this.page = page;
        this.shop = shop;
        this.length = length;
    }

    Duration length() {
        return length;
    }

    /** Whether somebody has ended it before the story was over. */
    boolean wasCutShort() {
        return cutShort;
    }

    /**
     * Plays.
     *
     * @param terminal where to draw; empty to print JSON
     * @param playsOn whether to begin again when the story is over, until somebody presses Enter or Ctrl-D
     * @return what the story came to
     * @throws CommandFailure when the output was closed
     */
    DemoSummary play(Optional<Terminal> terminal, boolean playsOn, PrintWriter out)
            throws InterruptedException, CommandFailure {
        if (terminal.isEmpty()) {
            out.println(Json.line(line -> line.text("server", server.address())));
            out.flush();
        }
        DemoRecord record = new DemoRecord(time, server::stats);
        try (Watch watch = Watch.open(guards, settings(playsOn), terminal, out)) {
            DemoScript script = new DemoScript(time, server, length, watch::say);
            Audience audience = new Audience(watch::end, time);
            watch.observe(record);
            watch.observe(script);
            Thread story = playing("demo-script", playsOn, () -> {
                script.play();
                storyIsOver(record.summary(watch.state()), audience);
            });
            Thread others = playing("demo-shop", playsOn, () -> shop.play(length));
            if (playsOn) {
                started("demo-audience", () -> audience.listen(Terminal.input(time)));
            }
            watch.run();
            story.interrupt();
            others.interrupt();
            DemoSummary over = whenItWasOver;
            cutShort = playsOn && over == null;
            return over == null || !playsOn ? record.summary(watch.state()) : over;
        }
    }

    private void storyIsOver(DemoSummary summary, Audience audience) {
        if (whenItWasOver == null) {
            whenItWasOver = summary;
        }
        audience.storyIsOver();
    }

    private WatchSettings settings(boolean playsOn) {
        String ending = playsOn
                ? "It plays on when the story is over. Enter, Ctrl-D or Ctrl-C ends it."
                : "Ctrl-C ends the watch.";
        return new WatchSettings(
                URI.create(server.address()),
                FAILURES,
                OPEN_FOR,
                EVERY,
                TIMEOUT,
                playsOn ? Optional.empty() : Optional.of(length),
                new WatchSettings.Look(NAME, page.address(), ending));
    }

    /** A part that is played once, or again and again. */
    @FunctionalInterface
    private interface Part {
        void play() throws InterruptedException, IOException;
    }

    private static Thread playing(String name, boolean again, Part part) {
        return started(name, () -> {
            try {
                part.play();
                while (again && !Thread.currentThread().isInterrupted()) {
                    part.play();
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt(); // it is over
            } catch (IOException e) {
                // no free port for a new instance: that part ends, and the others go on
            }
        });
    }

    private static Thread started(String name, Runnable task) {
        Thread thread = new Thread(task, name);
        thread.setDaemon(true);
        thread.start();
        return thread;
    }
}
