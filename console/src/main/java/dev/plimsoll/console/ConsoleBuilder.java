package dev.plimsoll.console;

import dev.plimsoll.call.ConfigurationException.Check;
import dev.plimsoll.time.Time;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.LinkedHashSet;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The settings of a {@link Console}. What is not named: any free port of the loopback address, no token, 10,000 entries of
 * the timeline, 16 pages.
 *
 * <p><b>Threading:</b> for one thread.
 */
@SuppressWarnings("exports") // the null annotations are optional for who uses this module
public final class ConsoleBuilder {

    private static final String UNNAMED = "this process";
    private static final int LEAST_TOKEN = 16;
    private static final int LEAST_REPLAY = 100;
    private static final int MOST_REPLAY = 100_000;
    private static final int MOST_PAGES = 1_000;
    private static final int MOST_PORT = 65_535;
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9._-]{1,64}");
    private static final Pattern VISIBLE = Pattern.compile("[!-~]([ -~]*[!-~])?");
    private static final Pattern HOST_NAME = Pattern.compile("[a-zA-Z0-9.-]{1,253}|\\[[0-9a-fA-F:.]{2,45}]");

    private String service = UNNAMED;
    private String host = "127.0.0.1";
    private int port;
    private final Set<String> names = new LinkedHashSet<>();
    private @Nullable String token;
    private boolean readOnly;
    private int replay = 10_000;
    private int pages = 16;
    private Time time = Time.system();

    /** Everything as by default. */
    ConsoleBuilder() {}

    /**
     * What the page calls this process.
     *
     * @param name 1 … 64 letters, digits, dots, dashes and underscores; by default "this process"
     * @return this
     */
    public ConsoleBuilder service(String name) {
        service = name;
        return this;
    }

    /**
     * Where to listen.
     *
     * @param number 0 … 65535; 0, the default, for any free one
     * @return this
     */
    public ConsoleBuilder port(int number) {
        port = number;
        return this;
    }

    /**
     * The address to listen on. On any but a loopback address a {@link #token} is required, and so are the names by which
     * browsers reach it ({@link #reachedAs}).
     *
     * @param address an address or name of this machine; 127.0.0.1 by default
     * @return this
     */
    public ConsoleBuilder host(String address) {
        host = address;
        return this;
    }

    /**
     * A name by which browsers reach this console, beside localhost and the loopback addresses. Requests for any other
     * name are refused, so that no page of a stranger can have its own name resolve to this machine.
     *
     * @param name of a host, without a port
     * @return this
     */
    public ConsoleBuilder reachedAs(String name) {
        names.add(Objects.requireNonNull(name, "name").toLowerCase(Locale.ROOT));
        return this;
    }

    /**
     * What people must know to see the page and to steer.
     *
     * @param secret at least 16 visible characters on one line; by default there is none
     * @return this
     */
    public ConsoleBuilder token(String secret) {
        token = secret;
        return this;
    }

    /**
     * Nobody can steer, only see.
     *
     * @return this
     */
    public ConsoleBuilder readOnly() {
        readOnly = true;
        return this;
    }

    /**
     * The replay window: how many entries of the timeline a page gets that was away.
     *
     * @param entries 100 … 100,000; 10,000 by default. An entry takes about half a kilobyte
     * @return this
     */
    public ConsoleBuilder replay(int entries) {
        replay = entries;
        return this;
    }

    /**
     * How many pages may be open at once; one more is refused.
     *
     * @param most 1 … 1,000; 16 by default. Each takes a thread
     * @return this
     */
    public ConsoleBuilder pages(int most) {
        pages = most;
        return this;
    }

    /**
     * The clocks.
     *
     * @param clocks the system's by default
     * @return this
     */
    public ConsoleBuilder time(Time clocks) {
        time = clocks;
        return this;
    }

    /** Says what is wrong. */
    void check(Check check) {
        if (check.given("service", service) && !service.equals(UNNAMED)) {
            check.that(NAME.matcher(service).matches(), "service", "must match " + NAME, "\"" + service + "\"");
        }
        check.that(port >= 0 && port <= MOST_PORT, "port", "must be 0 to " + MOST_PORT, port);
        check.that(replay >= LEAST_REPLAY && replay <= MOST_REPLAY, "replay", "must be 100 to 100000", replay);
        check.that(pages >= 1 && pages <= MOST_PAGES, "pages", "must be 1 to " + MOST_PAGES, pages);
        names.forEach(name -> check.that(
                HOST_NAME.matcher(name).matches(), "reachedAs", "must be a host's name without a port", name));
        boolean secret = token == null
                || (token.length() >= LEAST_TOKEN && VISIBLE.matcher(token).matches());
        check.that(
                secret,
                "token",
                "must have at least 16 visible characters on one line, the first and last no blanks",
                "(not shown)");
        check.given("time", time);
        if (check.given("host", host)) {
            checkHost(check);
        }
    }

    private void checkHost(Check check) {
        try {
            boolean loopback = InetAddress.getByName(host).isLoopbackAddress();
            check.that(loopback || token != null, "token", "is required where host is no loopback address", host);
            check.that(
                    loopback || !names.isEmpty(), "reachedAs", "is required where host is no loopback address", host);
        } catch (UnknownHostException e) {
            check.that(false, "host", "must be an address of this machine", host);
        }
    }

    /** The checked settings. */
    Settings build() {
        return new Settings(service, host, port, Set.copyOf(names), token, readOnly, replay, pages, time);
    }

    /** All of them. */
    record Settings(
            String service,
            String host,
            int port,
            Set<String> names,
            @Nullable String token,
            boolean readOnly,
            int replay,
            int pages,
            Time time) {

        /** Without the token. */
        @Override
        public String toString() {
            return "console of " + service + " on " + host + ":" + port;
        }
    }
}
