package dev.plimsoll.console;

import com.sun.net.httpserver.HttpExchange;
import dev.plimsoll.console.Feed.Entry;
import dev.plimsoll.console.Feed.News;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The stream of one page: server-sent events as the HTML standard has them (section 9.2). First {@code hello}, then every
 * entry of the timeline with an id, and overviews without. A page that comes back says which entry it knows by
 * {@code Last-Event-ID}, or in the query, and gets those after it; when the id is another process's, all that are kept.
 *
 * <p><b>Threading:</b> {@link #run} belongs to the page's thread; {@link #isStuck} and {@link #cut} to any.
 */
final class Stream {

    private static final Pattern ID = Pattern.compile("(?:after=)?([0-9a-f]{16})-([0-9]{1,18})");
    private static final int PATIENCE = 10;
    private static final int IDLE = -1;

    private final HttpExchange exchange;
    private final Feed feed;
    private final String run;
    private final String hello;
    private final Thread thread = Thread.currentThread();
    private final AtomicInteger ticksInWrite = new AtomicInteger(IDLE);

    /**
     * Made by the thread that is to run it.
     *
     * @param run identifies this process's console
     * @param hello what the page is told first, JSON
     */
    Stream(HttpExchange exchange, Feed feed, String run, String hello) {
        this.exchange = exchange;
        this.feed = feed;
        this.run = run;
        this.hello = hello;
    }

    /** Until the page goes or the feed is closed. */
    void run() throws IOException, InterruptedException {
        exchange.getResponseHeaders().set("Content-Type", "text/event-stream; charset=utf-8");
        exchange.getResponseHeaders().set("X-Accel-Buffering", "no");
        exchange.getResponseHeaders().set("Connection", "close");
        exchange.sendResponseHeaders(200, 0);
        String header = exchange.getRequestHeaders().getFirst("Last-Event-ID");
        long known = known(header == null ? exchange.getRequestURI().getQuery() : header);
        long edition = 0;
        OutputStream out = exchange.getResponseBody();
        write(out, "retry: 1000\nevent: hello\ndata: " + hello + "\n\n");
        for (News news = feed.await(known, edition); news != null; news = feed.await(known, edition)) {
            write(out, text(news));
            known = news.entries().isEmpty()
                    ? known
                    : news.entries().get(news.entries().size() - 1).sequence();
            edition = news.edition();
        }
    }

    private long known(@Nullable String id) {
        Matcher matcher = ID.matcher(id == null ? "" : id);
        return matcher.matches() && matcher.group(1).equals(run)
                ? Math.min(Long.parseLong(matcher.group(2)), feed.last())
                : 0;
    }

    private String text(News news) {
        StringBuilder text = new StringBuilder();
        if (news.lost()) {
            text.append("event: lost\ndata: {}\n\n");
        }
        for (Entry entry : news.entries()) {
            text.append("event: story\nid: ").append(run).append('-').append(entry.sequence());
            text.append("\ndata: ").append(entry.json()).append("\n\n");
        }
        if (news.overview() != null) {
            text.append("event: overview\ndata: ").append(news.overview()).append("\n\n");
        }
        return text.toString();
    }

    private void write(OutputStream out, String text) throws IOException {
        ticksInWrite.set(0);
        out.write(text.getBytes(StandardCharsets.UTF_8));
        out.flush();
        ticksInWrite.set(IDLE);
    }

    /** Whether it has been writing the same thing for ten ticks: its page reads no more. Called once per tick. */
    boolean isStuck() {
        int ticks = ticksInWrite.get();
        return ticks != IDLE && ticksInWrite.compareAndSet(ticks, ticks + 1) && ticks >= PATIENCE;
    }

    /** Ends it, also in the middle of a write: a channel is closed under a thread that is interrupted. */
    void cut() {
        thread.interrupt();
    }
}
