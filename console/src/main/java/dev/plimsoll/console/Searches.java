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
 * At which pace dependencies may be searched: each search looks at all of them, and keeps the present from being drawn meanwhile.
 * All who ask share one limiter: twice as many a second as pages may be open, each of which asks once a second and more often
 * while somebody types.
 *
 * <p><b>Threading:</b> safe for use by any number of threads.
 */
final class Searches {

    private static final Duration PACE = Duration.ofSeconds(1);
    private static final int FOR_EACH_PAGE = 2;

    private final RateLimiter limiter;
    private final int most;

    /**
     * Nobody has asked yet.
     *
     * @param pages how many may be open at once
     */
    Searches(Time time, int pages) {
        this.most = FOR_EACH_PAGE * pages;
        this.limiter = RateLimiter.create(
                "console-searches", limit -> limit.permits(most).per(PACE).burst(most), time);
    }

    /** Whether one more may be answered now, which is charged then. */
    boolean mayAsk() {
        Permit permit = limiter.tryEnter();
        if (permit != null) {
            permit.settle(Verdict.SUCCESS);
        }
        return permit != null;
    }

    /** Answers who may not ask now. */
    void refuse(HttpExchange exchange) throws IOException {
        exchange.getResponseHeaders().set("Retry-After", Long.toString(PACE.toSeconds()));
        String rule =
                "at most " + most + " a second are answered, of all who ask: try again in " + PACE.toSeconds() + " s";
        Answers.problem(exchange, 429, "Too many searches", List.of(rule));
    }
}
