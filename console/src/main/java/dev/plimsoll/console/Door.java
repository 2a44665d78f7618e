package dev.plimsoll.console;

import com.sun.net.httpserver.HttpExchange;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Who may come in. Three things are asked, in this order:
 *
 * <ul>
 *   <li>the {@code Host} that the browser meant: one of ours, else a stranger's name may have been made to resolve to this
 *       machine (DNS rebinding);
 *   <li>the {@code Origin} of what wants to see or steer: our own page, at the very address that it was asked under, else
 *       another page sends it in its visitor's name (cross-site request forgery). Browsers name it whenever something is
 *       sent; who names none is no browser;
 *   <li>the token, where there is one: as a bearer, or by the cookie that the page was given for it.
 * </ul>
 *
 * <p><b>Threading:</b> safe for use by any number of threads.
 */
final class Door {

    private static final int MOST_SESSIONS = 100;
    private static final int KEY_BYTES = 32;
    private static final String BEARER = "Bearer ";
    private static final int MOST_RUNS = 1_000_000;
    private static final Pattern PORT = Pattern.compile(":[0-9]{1,5}$");

    private final Set<String> hosts = new LinkedHashSet<>();
    private final byte @Nullable [] token;
    private final String cookie;
    private final SecureRandom random = new SecureRandom();
    private final Set<String> sessions = new LinkedHashSet<>();

    /**
     * Knows its names.
     *
     * @param names by which it is reached beside the loopback ones
     * @param port on which it is reached
     * @param token what people must know; null for nothing
     */
    Door(Set<String> names, int port, @Nullable String token) {
        hosts.addAll(List.of("localhost", "127.0.0.1", "[::1]"));
        hosts.addAll(names);
        this.token = token == null ? null : digest(token);
        // Browsers tell cookies apart by host and not by port, and a tunnel to each of two consoles may have the same
        // host.
        this.cookie = "plimsoll-console-" + port + "-" + random.nextInt(MOST_RUNS);
    }

    /** How an address of this machine is written where a browser's user would write a host's name. */
    static String literal(InetAddress address) {
        if (address.isAnyLocalAddress()) {
            return "127.0.0.1"; // for a browser on this machine
        }
        String text = address.getHostAddress().replaceFirst("%.*", "");
        boolean six = address instanceof Inet6Address;
        return !six ? text : address.isLoopbackAddress() ? "[::1]" : "[" + text + "]";
    }

    /** Whether the request is meant for us, through whatever port: a tunnel has another one. */
    boolean isOurHost(HttpExchange exchange) {
        String host = exchange.getRequestHeaders().getFirst("Host");
        return host != null
                && hosts.contains(PORT.matcher(host).replaceFirst("").toLowerCase(Locale.ROOT));
    }

    /** Whether it comes from our own page, or from no page at all. */
    boolean isOurOrigin(HttpExchange exchange) {
        String site = exchange.getRequestHeaders().getFirst("Sec-Fetch-Site");
        if (site != null && !site.equals("same-origin") && !site.equals("none")) {
            return false;
        }
        String origin = exchange.getRequestHeaders().getFirst("Origin");
        if (origin == null) {
            return true;
        }
        String host = exchange.getRequestHeaders().getFirst("Host");
        return origin.equalsIgnoreCase("http://" + host) || origin.equalsIgnoreCase("https://" + host);
    }

    /** What who asks has shown of the token, now or before. */
    enum Shown {
        /** The token, or the cookie that was given for it; also where there is no token. */
        RIGHT,
        /** Something else, as if it were one of them. */
        WRONG,
        /** Nothing. */
        NOTHING
    }

    /** What who asks has shown. */
    Shown shown(HttpExchange exchange) {
        if (token == null) {
            return Shown.RIGHT;
        }
        String authorization = exchange.getRequestHeaders().getFirst("Authorization");
        String bearer = authorization != null && authorization.startsWith(BEARER)
                ? authorization.substring(BEARER.length())
                : null;
        List<String> cookies = cookies(exchange.getRequestHeaders().getFirst("Cookie"));
        if ((bearer != null && isToken(bearer)) || cookies.stream().anyMatch(this::isSession)) {
            return Shown.RIGHT;
        }
        return bearer == null && cookies.isEmpty() ? Shown.NOTHING : Shown.WRONG;
    }

    /** Whether this is the token; takes as long whether it is or not. */
    boolean isToken(String guess) {
        return token != null && MessageDigest.isEqual(token, digest(guess));
    }

    /** Lets in who has shown the token. Gives back the value of {@code Set-Cookie}. */
    String letIn() {
        byte[] key = new byte[KEY_BYTES];
        random.nextBytes(key);
        String session = Base64.getUrlEncoder().withoutPadding().encodeToString(key);
        synchronized (sessions) {
            if (sessions.size() >= MOST_SESSIONS) {
                sessions.remove(sessions.iterator().next());
            }
            sessions.add(hidden(session));
        }
        return cookie + "=" + session + "; Path=/; HttpOnly; SameSite=Strict";
    }

    /** The values of our cookie: one, or more where somebody has set others. */
    private List<String> cookies(@Nullable String header) {
        List<String> ours = new ArrayList<>();
        for (String each : header == null ? new String[0] : header.split(";", -1)) {
            String pair = each.trim();
            if (pair.startsWith(cookie + "=")) {
                ours.add(pair.substring(cookie.length() + 1));
            }
        }
        return ours;
    }

    private boolean isSession(String key) {
        synchronized (sessions) {
            return sessions.contains(hidden(key));
        }
    }

    /** Looked for by its digest, so that how long the search takes says nothing about the key. */
    private static String hidden(String session) {
        return Base64.getEncoder().encodeToString(digest(session));
    }

    private static byte[] digest(String text) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError(e); // every JDK has it
        }
    }
}
