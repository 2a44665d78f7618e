package dev.plimsoll.console;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import dev.plimsoll.console.Assets.Asset;
import dev.plimsoll.console.Door.Shown;
import dev.plimsoll.console.Form.Wrong;
import java.io.IOException;
import java.util.List;

/**
 * The way in to a console and to a gathering, which is the same: who may come at all, who has shown the token, and what there
 * is under which path.
 *
 * <pre>
 *   GET  /  and its files                    the page, for anybody
 *   POST /login                            shows the token, gets a cookie
 *   GET  /events                           the stream, see {@link Stream}
 *   GET  /api/dependencies?filter=TEXT     those whose name has the text in it, the most harmful first
 *   GET  /api/dependencies/NAME            what is known of one
 *   POST /api/dependencies/NAME/DEED       steers it
 * </pre>
 *
 * <p><b>Threading:</b> safe for use by any number of threads.
 */
abstract sealed class Entrance implements HttpHandler permits Site, GatheredSite {

    private static final String DEPENDENCIES = "/api/dependencies/";
    private static final String ALL = "/api/dependencies";
    private static final String FILTER = "filter=";
    private static final int LONGEST_FILTER = 200;

    private final Door door;
    private final Guesses guesses;
    private final Searches searches;
    private final String hostRule;
    private final Assets assets = new Assets();

    /**
     * An entrance.
     *
     * @param hostRule what a request must name as its host, in words
     */
    Entrance(Door door, Guesses guesses, Searches searches, String hostRule) {
        this.door = door;
        this.guesses = guesses;
        this.searches = searches;
        this.hostRule = hostRule;
    }

    /** The stream, for as long as the page is there. */
    abstract void stream(HttpExchange exchange) throws IOException, InterruptedException;

    /** The dependencies whose name has a text in it, as a page reads them. */
    abstract String matching(String wanted);

    /** What is known of a dependency. */
    abstract void detail(HttpExchange exchange, String name) throws IOException, InterruptedException;

    /** Does something to a dependency; by POST only. */
    abstract void steer(HttpExchange exchange, String name, String deed) throws IOException, InterruptedException;

    @Override
    public void handle(HttpExchange exchange) throws IOException {
        Answers.secure(exchange.getResponseHeaders());
        try {
            route(exchange);
        } catch (InterruptedException closed) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException broken) {
            Answers.problem(exchange, 500, "The console itself is broken", List.of(broken.toString()));
        } finally {
            exchange.close();
        }
    }

    private void route(HttpExchange exchange) throws IOException, InterruptedException {
        String path = exchange.getRequestURI().getPath();
        Asset asset = assets.byPath().get(path);
        if (!door.isOurHost(exchange)) {
            Answers.problem(exchange, 421, "Not meant for this console", List.of(hostRule));
        } else if (asset != null) {
            asset(exchange, asset);
        } else if (!door.isOurOrigin(exchange)) {
            if (is(exchange, "POST")) {
                guesses.foreign(exchange);
            }
            Answers.problem(exchange, 403, "Another page must not look here", List.of("Origin must be this console"));
        } else if (path.equals("/login")) {
            login(exchange);
        } else {
            atTheDoor(exchange, path);
        }
    }

    private void atTheDoor(HttpExchange exchange, String path) throws IOException, InterruptedException {
        Shown shown = door.shown(exchange);
        switch (shown) {
            case RIGHT -> inside(exchange, path);
            case WRONG -> guesses.wrong(exchange, "a bearer token or a cookie");
            case NOTHING -> {
                exchange.getResponseHeaders().set("WWW-Authenticate", "Bearer");
                String how = "show it as a bearer token, or on the page";
                Answers.problem(exchange, 401, "The token is missing", List.of(how));
            }
        }
    }

    private static void asset(HttpExchange exchange, Asset asset) throws IOException {
        if (is(exchange, "GET") || is(exchange, "HEAD")) {
            Answers.send(exchange, 200, asset.type(), asset.bytes());
        } else {
            notAllowed(exchange, "GET");
        }
    }

    private void login(HttpExchange exchange) throws IOException {
        if (!is(exchange, "POST")) {
            notAllowed(exchange, "POST");
            return;
        }
        if (!isJson(exchange)) {
            return;
        }
        Form form = Form.read(exchange);
        Wrong whole = form.whole();
        if (whole != null) { // nothing of it is repeated: it may have the token in it
            Answers.problem(exchange, 400, "Not understood", List.of("body " + whole.rule() + ": (not shown)"));
        } else if (door.isToken(form.text("token"))) {
            exchange.getResponseHeaders().set("Set-Cookie", door.letIn());
            Answers.send(exchange, 204, "application/json", new byte[0]);
        } else {
            guesses.wrong(exchange, "a word on the page");
        }
    }

    private void inside(HttpExchange exchange, String path) throws IOException, InterruptedException {
        String[] parts = path.startsWith(DEPENDENCIES)
                ? path.substring(DEPENDENCIES.length()).split("/", -1)
                : new String[0];
        if (path.equals("/events")) {
            if (is(exchange, "GET")) {
                stream(exchange);
            } else {
                notAllowed(exchange, "GET");
            }
        } else if (path.equals(ALL)) {
            search(exchange);
        } else if (parts.length == 1) {
            detail(exchange, parts[0]);
        } else if (parts.length == 2) {
            steer(exchange, parts[0], parts[1]);
        } else {
            notFound(exchange, path);
        }
    }

    private void search(HttpExchange exchange) throws IOException {
        String given = exchange.getRequestURI().getQuery();
        String query = given == null ? FILTER : given;
        String wanted = query.startsWith(FILTER) ? query.substring(FILTER.length()) : query;
        if (!is(exchange, "GET")) {
            notAllowed(exchange, "GET");
        } else if (!query.startsWith(FILTER)) {
            Answers.problem(exchange, 400, "Not understood", List.of("query must be filter=TEXT: " + shown(query)));
        } else if (wanted.length() > LONGEST_FILTER) {
            String rule = "filter must have at most " + LONGEST_FILTER + " characters: ";
            Answers.problem(exchange, 400, "Not understood", List.of(rule + shown(wanted)));
        } else if (!searches.mayAsk()) {
            searches.refuse(exchange);
        } else {
            Answers.json(exchange, matching(wanted.strip()));
        }
    }

    private static String shown(String text) {
        return Json.cut(text, LONGEST_FILTER);
    }

    // ---------------------------------------------------------------- for what is inside

    /** A form of another page cannot send JSON without asking first; else answers. */
    static boolean isJson(HttpExchange exchange) throws IOException {
        String type = exchange.getRequestHeaders().getFirst("Content-Type");
        boolean json = type != null && type.split(";", 2)[0].strip().equalsIgnoreCase("application/json");
        if (!json) {
            Answers.problem(exchange, 415, "Not JSON", List.of("Content-Type must be application/json"));
        }
        return json;
    }

    static boolean is(HttpExchange exchange, String method) {
        return exchange.getRequestMethod().equals(method);
    }

    static void notAllowed(HttpExchange exchange, String method) throws IOException {
        exchange.getResponseHeaders().set("Allow", method);
        Answers.problem(exchange, 405, "Not allowed", List.of("the method must be " + method));
    }

    static void notFound(HttpExchange exchange, String what) throws IOException {
        Answers.problem(exchange, 404, "Not found", List.of("there is no " + what));
    }
}
