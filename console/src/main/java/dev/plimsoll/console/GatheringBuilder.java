package dev.plimsoll.console;

import dev.plimsoll.call.ConfigurationException.Check;
import dev.plimsoll.console.gather.Address;
import dev.plimsoll.console.gather.Crowd.Access;
import dev.plimsoll.time.Time;
import java.net.URI;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The settings of a {@link Gathering}. What is not named: any free port of the loopback address, no token, 10,000 entries of
 * the timeline, 16 pages.
 *
 * <p><b>Threading:</b> for one thread.
 */
@SuppressWarnings("exports") // the null annotations are optional for who uses this module
public final class GatheringBuilder {

    private static final int MOST_CONSOLES = 32;
    private static final int LEAST_TOKEN = 16;
    private static final int LEAST_REPLAY = 100;
    private static final int MOST_REPLAY = 100_000;
    private static final int MOST_PAGES = 1_000;
    private static final int MOST_PORT = 65_535;
    private static final Pattern VISIBLE = Pattern.compile("[!-~]([ -~]*[!-~])?");

    private int port;
    private @Nullable String token;
    private final List<Own> tokens = new ArrayList<>();
    private boolean readOnly;
    private int replay = 10_000;
    private int pages = 16;
    private Time time = Time.system();

    /** The token of one console. */
    private record Own(URI console, String secret) {}

    /** Everything as by default. */
    GatheringBuilder() {}

    /**
     * Where to listen, on the loopback address.
     *
     * @param number 0 … 65535; 0, the default, for any free one
     * @return this
     */
    public GatheringBuilder port(int number) {
        port = number;
        return this;
    }

    /**
     * What the consoles ask for. The page asks for it as well: who may see them by it, and steer, must know it.
     *
     * @param secret at least 16 visible characters; by default there is none
     * @return this
     */
    public GatheringBuilder token(String secret) {
        token = secret;
        return this;
    }

    /**
     * What one of the consoles asks for, where that is something else.
     *
     * @param console its URL, in any spelling of what is given to {@link Gathering#start}
     * @param secret at least 16 visible characters; of several for one console the last counts
     * @return this
     */
    public GatheringBuilder tokenOf(URI console, String secret) {
        tokens.add(new Own(console, secret));
        return this;
    }

    /**
     * Nobody can steer from the page, only see.
     *
     * @return this
     */
    public GatheringBuilder readOnly() {
        readOnly = true;
        return this;
    }

    /**
     * The replay window: how many entries of the common timeline a page gets that was away.
     *
     * @param entries 100 … 100,000; 10,000 by default. An entry takes about half a kilobyte
     * @return this
     */
    public GatheringBuilder replay(int entries) {
        replay = entries;
        return this;
    }

    /**
     * How many pages may be open at once; one more is refused.
     *
     * @param most 1 … 1,000; 16 by default. Each takes a thread
     * @return this
     */
    public GatheringBuilder pages(int most) {
        pages = most;
        return this;
    }

    /**
     * The clocks.
     *
     * @param clocks the system's by default
     * @return this
     */
    public GatheringBuilder time(Time clocks) {
        time = clocks;
        return this;
    }

    /** Says what is wrong. */
    void check(Check check) {
        check.that(port >= 0 && port <= MOST_PORT, "port", "must be 0 to " + MOST_PORT, port);
        check.that(replay >= LEAST_REPLAY && replay <= MOST_REPLAY, "replay", "must be 100 to 100000", replay);
        check.that(pages >= 1 && pages <= MOST_PAGES, "pages", "must be 1 to " + MOST_PAGES, pages);
        checkToken(check, "token", token);
        for (Own own : tokens) {
            if (check.given("tokenOf", own.console())) {
                boolean unused = Address.check(check, "tokenOf", own.console());
            }
            if (check.given("tokenOf", own.secret())) {
                checkToken(check, "tokenOf", own.secret());
            }
        }
        check.that(
                token != null || tokens.isEmpty(),
                "token",
                "must be given where a console has one of its own: the page asks for it",
                "null");
    }

    private static void checkToken(Check check, String field, @Nullable String secret) {
        boolean fits = secret == null
                || (secret.length() >= LEAST_TOKEN && VISIBLE.matcher(secret).matches());
        check.that(
                fits,
                field,
                "must have at least 16 visible characters on one line, the first and last no blanks",
                "(not shown)");
    }

    /** Says what is wrong with the consoles. */
    static void checkConsoles(Check check, List<URI> consoles) {
        int many = consoles.size();
        check.that(many >= 1 && many <= MOST_CONSOLES, "consoles", "must be 1 to " + MOST_CONSOLES, many);
        Set<Address> known = new HashSet<>();
        for (URI console : consoles) {
            if (Address.check(check, "URL", console)) {
                Address address = Address.of(console);
                check.that(known.add(address), "URL", "must not be given twice", address);
            }
        }
    }

    /** The checked settings. */
    Settings build(List<URI> consoles) {
        Map<Address, String> own = new HashMap<>();
        tokens.forEach(each -> own.put(Address.of(each.console()), each.secret()));
        List<Access> all = consoles.stream()
                .map(Address::of)
                .map(address -> new Access(address, own.getOrDefault(address, token)))
                .toList();
        return new Settings(all, port, token, readOnly, replay, pages, time);
    }

    /** All of them. */
    record Settings(
            List<Access> consoles,
            int port,
            @Nullable String token,
            boolean readOnly,
            int replay,
            int pages,
            Time time) {

        /** Without the tokens. */
        @Override
        public String toString() {
            return "gathering of " + consoles + " on port " + port;
        }
    }
}
