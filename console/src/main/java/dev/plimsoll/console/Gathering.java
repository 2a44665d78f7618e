package dev.plimsoll.console;

import com.sun.net.httpserver.HttpExchange;
import dev.plimsoll.call.ConfigurationException.Check;
import dev.plimsoll.console.GatheringBuilder.Settings;
import dev.plimsoll.console.Story.Kind;
import dev.plimsoll.console.Story.Tone;
import dev.plimsoll.console.gather.Crowd;
import dev.plimsoll.console.gather.Timeline;
import dev.plimsoll.console.gather.Told;
import dev.plimsoll.time.Time;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.UnaryOperator;

/**
 * One page for the {@link Console consoles} of several processes: their dependencies side by side, the most harmful first, and
 * one timeline, in the order of their clocks.
 *
 * <pre>{@code
 * try (Gathering all = Gathering.start(List.of(orders1, orders2), g -> g)) {
 *     System.out.println(all.address());
 *     …
 * }
 * }</pre>
 *
 * <p>It keeps a stream from each console, as a page does, and opens it again when it ends, from where it ended. A process
 * that is gone is said to be, at once. Whoever steers does so through the console of the process, which checks the order.
 *
 * <p><b>Threading:</b> safe for use by any number of threads. It has a thread of its own, one for each console, one for each
 * open page, and those of its server.
 */
public final class Gathering implements AutoCloseable {

    private static final Duration TICK = Duration.ofMillis(50);
    private static final int TICKS_PER_GLANCE = 5;
    private static final int TICKS_PER_SECOND = 20;
    private static final int NAMES = 3;

    private final Settings settings;
    private final Time time;
    private final String run;
    private final Feed feed;
    private final Watchman watchman;
    private final Timeline timeline = new Timeline();
    private final Crowd crowd;
    private final Pages pages;
    private final Thread clock;
    private final AtomicBoolean said = new AtomicBoolean();
    private long shown = -1; // the edition; belongs to the clock's thread
    private volatile boolean closed;

    private Gathering(Settings settings) throws IOException {
        this.settings = settings;
        this.time = settings.time();
        this.run = Run.next();
        this.feed = new Feed(settings.replay());
        this.watchman = new Watchman(time, run, feed);
        InetAddress loopback = InetAddress.getByAddress("localhost", new byte[] {127, 0, 0, 1});
        this.pages = new Pages(new InetSocketAddress(loopback, settings.port()), settings.pages(), feed);
        this.crowd = new Crowd(settings.consoles(), time, timeline::add);
        this.clock = new Thread(this::watch, "plimsoll-gathering");
        clock.setDaemon(true);
    }

    /**
     * Reaches the consoles and opens the page, on the loopback address. Consoles that are not there are said to be gone and
     * tried again, as long as one is there.
     *
     * @param consoles where they are: http or https, 1 … 32
     * @param setup names what differs from the defaults
     * @return running
     * @throws dev.plimsoll.call.ConfigurationException listing everything that is wrong with the arguments
     * @throws IOException when it cannot listen, or none of the consoles is there, or one of the URLs leads to something else,
     *     to a console that asks for another token, or to the same as another one; it names each
     */
    public static Gathering start(List<URI> consoles, UnaryOperator<GatheringBuilder> setup) throws IOException {
        Check check = new Check("gathering");
        if (check.given("consoles", consoles)) {
            GatheringBuilder.checkConsoles(check, consoles);
        }
        GatheringBuilder builder = check.applied("setup", setup, new GatheringBuilder(), GatheringBuilder::check);
        check.done();
        Gathering gathering = new Gathering(Objects.requireNonNull(builder).build(List.copyOf(consoles)));
        try {
            gathering.open();
        } catch (IOException | RuntimeException e) {
            gathering.close();
            throw e;
        }
        return gathering;
    }

    private void open() throws IOException {
        try {
            crowd.start();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while the consoles were asked");
        }
        Audit audit = new Audit(watchman, settings.token(), time);
        watchman.tell("", Kind.PROCESS, Tone.NEUTRAL, "the gathering begins", "of " + String.join(", ", processes()));
        Door door = new Door(Set.of(), pages.address().getPort(), settings.token());
        Guesses guesses = new Guesses(time, audit);
        Searches searches = new Searches(time, settings.pages());
        clock.start();
        pages.open(new GatheredSite(this, crowd, door, guesses, searches, settings.readOnly()));
    }

    /**
     * Where the page is.
     *
     * @return an address for a browser on this machine
     */
    public URI address() {
        return URI.create("http://127.0.0.1:" + pages.address().getPort() + "/");
    }

    /**
     * What the processes are called.
     *
     * @return in the order in which their consoles were given
     */
    public List<String> processes() {
        return crowd.names();
    }

    // ---------------------------------------------------------------- the present

    private void watch() {
        try {
            for (int tick = 1; !closed; tick++) {
                time.sleep(TICK);
                tick(tick);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // closed
        }
    }

    private void tick(int tick) {
        try {
            crowd.tick();
            timeline.tick().forEach(this::add);
            boolean second = tick % TICKS_PER_SECOND == 0;
            if (second) {
                pages.cutSlow();
            }
            long edition = crowd.edition();
            if (second || (edition != shown && tick % TICKS_PER_GLANCE == 0)) {
                shown = edition;
                look();
            }
        } catch (Throwable broken) { // the next tick comes all the same
            say(broken);
        }
    }

    private void add(Told told) {
        feed.add(sequence -> Json.object(json -> {
            json.writeStringField("run", run);
            json.writeNumberField("sequence", sequence);
            json.writeNumberField("at", told.at());
            json.writeStringField("process", told.process());
            json.writeStringField("dependency", told.id());
            json.writeStringField("kind", told.kind());
            json.writeStringField("tone", told.tone());
            json.writeStringField("title", told.title());
            json.writeStringField("why", told.why());
        }));
    }

    /** Draws the present anew, if anybody looks. */
    private void look() {
        try {
            if (pages.areOpen()) {
                feed.show(crowd.overview());
            }
        } catch (Throwable broken) { // the timeline goes on, and says so
            say(broken);
        }
    }

    private void say(Throwable broken) {
        if (!said.getAndSet(true)) {
            watchman.tell("", Kind.PROCESS, Tone.BAD, "the gathering is broken", RecentCall.shown(broken));
        }
    }

    // ---------------------------------------------------------------- pages

    /** Serves one page until it goes. */
    void stream(HttpExchange exchange) throws IOException, InterruptedException {
        pages.stream(exchange, run, this::hello, this::look);
    }

    private String hello() {
        List<String> all = processes();
        String service = all.size() <= NAMES ? String.join(", ", all) : all.size() + " processes";
        return Json.object(json -> {
            json.writeStringField("run", run);
            json.writeStringField("service", service);
            json.writeBooleanField("readOnly", settings.readOnly() || crowd.isReadOnly());
            json.writeNumberField("replay", settings.replay());
        });
    }

    /** Ends all pages, lets go of the consoles, and stops listening. Closing twice does nothing. */
    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        clock.interrupt();
        crowd.close();
        feed.close();
        pages.close();
    }
}
