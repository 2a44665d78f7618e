package dev.plimsoll.console;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.plimsoll.Guards;
import dev.plimsoll.call.ConfigurationException.Check;
import dev.plimsoll.call.Observer;
import dev.plimsoll.console.ConsoleBuilder.Settings;
import dev.plimsoll.console.Story.Kind;
import dev.plimsoll.console.Story.Tone;
import dev.plimsoll.degrade.Degradation;
import dev.plimsoll.drain.Drain;
import dev.plimsoll.shed.Shedder;
import dev.plimsoll.time.Time;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.UnaryOperator;

/**
 * A live page, embedded in any process, that answers "why are calls refused?" on one screen:
 *
 * <pre>{@code
 * try (Console console = Console.start(guards, 8099)) { // http://127.0.0.1:8099/
 *     …
 * }
 * }</pre>
 *
 * <p>It is built on events and not on samples: an opening of a few seconds is on the timeline, also of a page that was
 * away meanwhile. By default only this machine can see it, see {@link ConsoleBuilder#host}.
 *
 * <p><b>Threading:</b> safe for use by any number of threads. It has a thread of its own, one for each open page, and
 * those of its server. Single calls are listened to while a page is open and for a minute after; at all other times they
 * cost what they cost without a console.
 */
public final class Console implements AutoCloseable {

    private static final Duration GLANCE = Duration.ofMillis(250);
    private static final int GLANCES_PER_SECOND = 4;
    private static final int REQUEST_THREADS = 8;

    private final Guards guards;
    private final Settings settings;
    private final Time time;
    private final String run;
    private final Feed feed;
    private final Watchman watchman;
    private final Watches watches;
    private final Counters counters;
    private final TroubleStories troubles;
    private final Listening listening;
    private final Overview overview;
    private final HttpServer server;
    private final Requests requests;
    private final Thread clock;
    private final List<Stream> streams = new CopyOnWriteArrayList<>();
    private final AtomicBoolean said = new AtomicBoolean();
    private volatile boolean closed;

    private Console(Guards guards, Settings settings) throws IOException {
        this.guards = guards;
        this.settings = settings;
        this.time = settings.time();
        this.run = Run.next();
        this.feed = new Feed(settings.replay());
        this.watchman = new Watchman(time, run, feed);
        this.watches = new Watches(watchman);
        this.counters = new Counters(guards);
        this.troubles = new TroubleStories(guards, counters, watchman);
        this.listening = new Listening(guards, counters, time);
        this.overview = new Overview(guards, counters, listening, watches, time);
        this.server = HttpServer.create(new InetSocketAddress(settings.host(), settings.port()), 0);
        this.requests = new Requests(settings.pages() + REQUEST_THREADS);
        this.clock = new Thread(this::watch, "plimsoll-console");
        clock.setDaemon(true);
    }

    /**
     * Opens a console on the loopback address, with everything else as by default.
     *
     * @param guards what to show
     * @param port where to listen; 0 for any free one, see {@link #address()}
     * @return running
     * @throws IOException when it cannot listen there
     * @throws dev.plimsoll.call.ConfigurationException when the port is none
     */
    public static Console start(Guards guards, int port) throws IOException {
        return start(guards, console -> console.port(port));
    }

    /**
     * Opens a console.
     *
     * @param guards what to show
     * @param setup names what differs from the defaults
     * @return running
     * @throws IOException when it cannot listen there
     * @throws dev.plimsoll.call.ConfigurationException listing everything that is wrong
     */
    public static Console start(Guards guards, UnaryOperator<ConsoleBuilder> setup) throws IOException {
        Check check = new Check("console");
        check.given("guards", guards);
        ConsoleBuilder builder = check.applied("setup", setup, new ConsoleBuilder(), ConsoleBuilder::check);
        check.done();
        Console console = new Console(guards, Objects.requireNonNull(builder).build());
        console.open();
        return console;
    }

    private void open() {
        int port = server.getAddress().getPort();
        Set<String> names = new LinkedHashSet<>(settings.names());
        names.add(Door.literal(server.getAddress().getAddress())); // what no name can be made to resolve to
        Door door = new Door(names, port, settings.token());
        Audit audit = new Audit(watchman, settings.token(), time);
        Steering steering = new Steering(guards, audit);
        Guesses guesses = new Guesses(time, audit);
        Searches searches = new Searches(time, settings.pages());
        server.createContext("/", new Site(this, door, steering, guesses, searches, settings.readOnly()));
        server.setExecutor(requests);
        watchman.tell("", Kind.PROCESS, Tone.NEUTRAL, "the console begins", "what was before is not known to it");
        counters.begin();
        guards.observe(watchman);
        clock.start();
        server.start();
    }

    /**
     * Where the page is.
     *
     * @return an address for a browser on this machine
     */
    public URI address() {
        InetSocketAddress bound = server.getAddress();
        return URI.create("http://" + Door.literal(bound.getAddress()) + ":" + bound.getPort() + "/");
    }

    /**
     * Puts what happens elsewhere on the timeline as well: {@code replicas.observe(console.observer())}. The guards need not
     * be given it, nor a degradation that is {@linkplain #watch(Degradation) watched}: who gives it to them all the same has
     * each change on the timeline once.
     *
     * @return hears health, replicas and circuit breakers of their own
     */
    public Observer observer() {
        return watchman;
    }

    /**
     * Shows a drain: its phases are on the timeline, and from its beginning until ten minutes after its end it is at the top
     * of the page; then it is forgotten. Of a hundred watched things one more has the console forget another one: that whose
     * drain was over first, else the one that was watched for longest.
     *
     * @param drain looked at four times a second
     * @return this
     */
    public Console watch(Drain drain) {
        watches.add(Objects.requireNonNull(drain, "drain"), () -> new DrainWatch(drain, watchman, time));
        return this;
    }

    /**
     * Shows a level of degradation: its changes are on the timeline, and while it is not normal it is at the top of the page,
     * with what users are told.
     *
     * @param degradation looked at four times a second, so that it also recovers when nobody else asks
     * @return this
     */
    public Console watch(Degradation degradation) {
        Objects.requireNonNull(degradation, "degradation");
        watches.add(degradation, () -> new LevelWatch(degradation, watchman, time));
        return this;
    }

    /**
     * Shows a shedder: while it refuses work it is at the top of the page, and that it begins and ends to is on the timeline.
     *
     * @param shedder looked at four times a second
     * @return this
     */
    public Console watch(Shedder shedder) {
        Objects.requireNonNull(shedder, "shedder");
        watches.add(shedder, () -> new ShedWatch(shedder, watchman, time));
        return this;
    }

    Guards guards() {
        return guards;
    }

    Counters counters() {
        return counters;
    }

    Listening listening() {
        return listening;
    }

    // ---------------------------------------------------------------- the present

    private void watch() {
        long shown = 0;
        long due = time.precise();
        try {
            for (int glance = 1; !closed; glance++) {
                due = next(due);
                boolean second = glance % GLANCES_PER_SECOND == 0;
                if (second) {
                    cutSlow();
                }
                boolean moved = lookAround();
                if (second || moved || feed.last() != shown) {
                    shown = feed.last();
                    look(second);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // closed
        }
    }

    /** Waits for the next glance, so that four of them are a second, whatever they take; late ones are not made up for. */
    private long next(long before) throws InterruptedException {
        long due = before + Time.nanos(GLANCE);
        long left = due - time.precise();
        if (left > 0) {
            time.sleep(left);
            return due;
        }
        return due - left;
    }

    /*
     * Whatever is thrown on the console's thread must not end it: all else goes on, and the timeline says so. That may also be
     * an Error of the user's, for whoever finds a change, as that a dwell is over, tells its observers.
     */

    /** Cuts off who does not read, or does not say what it wants. */
    private void cutSlow() {
        try {
            streams.stream().filter(Stream::isStuck).forEach(Stream::cut);
            requests.cutSlow();
        } catch (Throwable broken) {
            say(broken);
        }
    }

    /** Draws the present anew, if anybody looks. */
    private synchronized void look(boolean second) {
        try {
            draw(second);
        } catch (Throwable broken) {
            say(broken);
        }
    }

    /** Whether anything of the service itself has changed. */
    private boolean lookAround() {
        try {
            return watches.look();
        } catch (Throwable broken) {
            say(broken);
            return false;
        }
    }

    private void say(Throwable broken) {
        if (!said.getAndSet(true)) {
            watchman.tell("", Kind.PROCESS, Tone.BAD, "the console is broken", RecentCall.shown(broken));
        }
    }

    private void draw(boolean second) {
        if (second) {
            counters.tick();
            troubles.tick();
            listening.tick(!streams.isEmpty());
        }
        if (!streams.isEmpty()) {
            feed.show(overview.json());
        }
    }

    // ---------------------------------------------------------------- pages

    /** Serves one page until it goes. */
    void stream(HttpExchange exchange) throws IOException, InterruptedException {
        Stream stream = new Stream(exchange, feed, run, hello());
        streams.add(stream);
        requests.takesItsTime();
        try {
            if (streams.size() > settings.pages()) {
                String rule = "at most " + settings.pages() + " pages may be open";
                Answers.problem(exchange, 503, "Too many pages", List.of(rule));
                return;
            }
            listening.begin(); // before the page is answered: what it causes is heard
            look(false);
            stream.run();
        } finally {
            streams.remove(stream);
        }
    }

    /** The dependencies whose name has a text in it, as a page reads them. */
    synchronized String matching(String wanted) {
        return overview.matching(wanted);
    }

    /** How many pages are open. */
    int openPages() {
        return streams.size();
    }

    private String hello() {
        return Json.object(json -> {
            json.writeStringField("run", run);
            json.writeStringField("service", settings.service());
            json.writeBooleanField("readOnly", settings.readOnly());
            json.writeNumberField("replay", settings.replay());
        });
    }

    /** Ends all pages and stops listening. Closing twice does nothing. */
    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        guards.forget(watchman);
        watches.close();
        listening.end();
        clock.interrupt();
        feed.close();
        server.stop(0); // closes the connections, also of pages that do not read
        requests.shutdownNow();
    }
}
