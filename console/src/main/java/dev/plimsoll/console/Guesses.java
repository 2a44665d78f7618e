package dev.plimsoll.console;

import com.sun.net.httpserver.HttpExchange;
import dev.plimsoll.call.Permit;
import dev.plimsoll.call.Verdict;
import dev.plimsoll.limit.RateLimiter;
import dev.plimsoll.time.Time;
import java.io.IOException;
import java.time.Duration;
import java.util.List;

/**
 * Answers whoever has shown something that is not the token, on the page, as a bearer or as a cookie: all of them share
 * one limiter, and each wrong one is charged to it. Whoever has the token never comes here, however much others guess.
 *
 * <p><b>Threading:</b> safe for use by any number of threads.
 */
final class Guesses {

    private static final Duration PACE = Duration.ofSeconds(1);
    private static final int AT_ONCE = 5;

    private final RateLimiter limiter;
    private final Audit audit;

    Guesses(Time time, Audit audit) {
        this.limiter = RateLimiter.create(
                "console-guesses", limit -> limit.permits(1).per(PACE).burst(AT_ONCE), time);
        this.audit = audit;
    }

    /**
     * Answers, and audits what is within the limit: a flood of guesses is none in the log.
     *
     * @param how it was shown
     */
    void wrong(HttpExchange exchange, String how) throws IOException {
        if (isCharged()) {
            audit.turnedAway(from(exchange), how + " that is not the token");
            exchange.getResponseHeaders().set("WWW-Authenticate", "Bearer");
            Answers.problem(exchange, 401, "That is not the token", List.of());
        } else {
            exchange.getResponseHeaders().set("Retry-After", Long.toString(PACE.toSeconds()));
            Answers.problem(exchange, 429, "Too many wrong tokens", List.of("try again in a few seconds"));
        }
    }

    /** Audits an order of another page, within the same limit; the answer is the caller's. */
    void foreign(HttpExchange exchange) {
        String origin = exchange.getRequestHeaders().getFirst("Origin");
        if (isCharged()) {
            String where = exchange.getRequestURI().getPath();
            audit.turnedAway(from(exchange), "an order for " + where + " by another page, " + origin);
        }
    }

    private boolean isCharged() {
        Permit permit = limiter.tryEnter();
        if (permit != null) {
            permit.settle(Verdict.SUCCESS);
        }
        return permit != null;
    }

    /** The address that a request comes from: a proxy's, where there is one. */
    static String from(HttpExchange exchange) {
        return exchange.getRemoteAddress().getAddress().getHostAddress();
    }
}
