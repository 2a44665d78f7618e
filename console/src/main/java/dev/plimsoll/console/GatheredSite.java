package dev.plimsoll.console;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import dev.plimsoll.console.Assets.Asset;
import dev.plimsoll.console.gather.Crowd;
import dev.plimsoll.console.gather.Forwarded;
import java.io.IOException;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What there is under which path of a gathering: the same as of a console, see {@link Site}. A NAME is that of a process and
 * of a dependency of it, with a colon between; what is asked of it is asked of the console of that process.
 *
 * <p><b>Threading:</b> safe for use by any number of threads.
 */
final class GatheredSite implements HttpHandler {

    private static final String DEPENDENCIES = "/api/dependencies/";
    private static final Pattern DEED = Pattern.compile("[a-z-]{1,32}");
    private static final int UNAUTHORIZED = 401;
    private static final int BAD_GATEWAY = 502;

    private final Gathering gathering;
    private final Crowd crowd;
    private final Door door;
    private final Guesses guesses;
    private final boolean readOnly;
    private final Assets assets = new Assets();

    GatheredSite(Gathering gathering, Crowd crowd, Door door, Guesses guesses, boolean readOnly) {
        this.gathering = gathering;
        this.crowd = crowd;
        this.door = door;
        this.guesses = guesses;
        this.readOnly = readOnly;
    }

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
        boolean post = exchange.getRequestMethod().equals("POST");
        if (!door.isOurHost(exchange)) {
            String rule = "Host must be a name of the loopback address";
            Answers.problem(exchange, 421, "Not meant for this console", List.of(rule));
        } else if (asset != null && !post) {
            Answers.send(exchange, 200, asset.type(), asset.bytes());
        } else if (!door.isOurOrigin(exchange)) {
            if (post) {
                guesses.foreign(exchange);
            }
            Answers.problem(exchange, 403, "Another page must not look here", List.of("Origin must be this console"));
        } else if (post && !isJson(exchange)) {
            Answers.problem(exchange, 415, "Not JSON", List.of("Content-Type must be application/json"));
        } else if (post && path.equals("/login")) {
            login(exchange);
        } else {
            atTheDoor(exchange, path);
        }
    }

    private static boolean isJson(HttpExchange exchange) {
        String type = exchange.getRequestHeaders().getFirst("Content-Type");
        return type != null && type.split(";", 2)[0].strip().equalsIgnoreCase("application/json");
    }

    private void login(HttpExchange exchange) throws IOException {
        if (door.isToken(shownToken(exchange))) {
            exchange.getResponseHeaders().set("Set-Cookie", door.letIn());
            Answers.send(exchange, 204, "application/json", new byte[0]);
        } else {
            guesses.wrong(exchange, "a word on the page");
        }
    }

    private static String shownToken(HttpExchange exchange) throws IOException {
        try {
            return Json.flat(Answers.body(exchange)).getOrDefault("token", "");
        } catch (IOException unreadable) {
            return "";
        }
    }

    private void atTheDoor(HttpExchange exchange, String path) throws IOException, InterruptedException {
        switch (door.shown(exchange)) {
            case RIGHT -> inside(exchange, path);
            case WRONG -> guesses.wrong(exchange, "a bearer token or a cookie");
            case NOTHING -> {
                exchange.getResponseHeaders().set("WWW-Authenticate", "Bearer");
                String how = "show it as a bearer token, or on the page";
                Answers.problem(exchange, UNAUTHORIZED, "The token is missing", List.of(how));
            }
        }
    }

    private void inside(HttpExchange exchange, String path) throws IOException, InterruptedException {
        String method = exchange.getRequestMethod();
        String[] parts = path.startsWith(DEPENDENCIES)
                ? path.substring(DEPENDENCIES.length()).split("/", -1)
                : new String[0];
        if (path.equals("/events") && method.equals("GET")) {
            gathering.stream(exchange);
        } else if (parts.length == 1 && method.equals("GET")) {
            forward(exchange, parts[0], () -> crowd.detail(parts[0]));
        } else if (parts.length == 2
                && method.equals("POST")
                && DEED.matcher(parts[1]).matches()) {
            steer(exchange, parts[0], parts[1]);
        } else if (path.equals("/events") || parts.length == 1 || parts.length == 2) {
            Answers.problem(exchange, 405, "Not allowed", List.of("the method must be another one"));
        } else {
            Answers.problem(exchange, 404, "Not found", List.of("there is no " + path));
        }
    }

    /** The order goes as it came: who must check it is the console of the process. */
    private void steer(HttpExchange exchange, String id, String deed) throws IOException, InterruptedException {
        if (readOnly) {
            Answers.problem(exchange, 403, "This page is read-only", List.of());
            return;
        }
        String order;
        try {
            order = Answers.body(exchange);
        } catch (IOException tooLarge) {
            Answers.problem(exchange, 400, "Nothing was done", List.of(String.valueOf(tooLarge.getMessage())));
            return;
        }
        forward(exchange, id, () -> crowd.steer(id, deed, order));
    }

    /** Something that is asked of a process. */
    @FunctionalInterface
    private interface Question {
        @Nullable
        Forwarded ask() throws IOException, InterruptedException;
    }

    private static void forward(HttpExchange exchange, String id, Question question)
            throws IOException, InterruptedException {
        Forwarded answer;
        try {
            answer = question.ask();
        } catch (IOException gone) {
            Answers.problem(
                    exchange, BAD_GATEWAY, "The process does not answer", List.of(String.valueOf(gone.getMessage())));
            return;
        }
        if (answer == null) {
            Answers.problem(exchange, 404, "Not found", List.of("there is no process of " + id));
        } else if (answer.status() == UNAUTHORIZED) { // not ours: the page would ask for the token that it was given
            Answers.problem(exchange, BAD_GATEWAY, "Its console asks for another token", List.of());
        } else {
            Answers.send(exchange, answer.status(), answer.type(), answer.body());
        }
    }
}
