package dev.plimsoll.console;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import dev.plimsoll.call.ConfigurationException;
import dev.plimsoll.console.Assets.Asset;
import dev.plimsoll.console.Audit.Order;
import dev.plimsoll.console.Door.Shown;
import dev.plimsoll.console.Steering.Deed;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What there is under which path:
 *
 * <pre>
 *   GET  /  and its files                    the page, for anybody
 *   POST /login                            shows the token, gets a cookie
 *   GET  /events                           the stream, see {@link Stream}
 *   GET  /api/dependencies/NAME            see {@link Detail}
 *   POST /api/dependencies/NAME/DEED       see {@link Steering}
 * </pre>
 *
 * <p><b>Threading:</b> safe for use by any number of threads.
 */
final class Site implements HttpHandler {

    private static final String DEPENDENCIES = "/api/dependencies/";

    private final Console console;
    private final Door door;
    private final Steering steering;
    private final Guesses guesses;
    private final boolean readOnly;
    private final Assets assets = new Assets();

    Site(Console console, Door door, Steering steering, Guesses guesses, boolean readOnly) {
        this.console = console;
        this.door = door;
        this.steering = steering;
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
        if (!door.isOurHost(exchange)) {
            String rule = "Host must be a name of this console: name it with reachedAs()";
            Answers.problem(exchange, 421, "Not meant for this console", List.of(rule));
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
        String guess = fields(exchange).getOrDefault("token", "");
        if (door.isToken(guess)) {
            exchange.getResponseHeaders().set("Set-Cookie", door.letIn());
            Answers.send(exchange, 204, "application/json", new byte[0]);
        } else {
            guesses.wrong(exchange, "a word on the page");
        }
    }

    private void inside(HttpExchange exchange, String path) throws IOException, InterruptedException {
        if (path.equals("/events")) {
            if (is(exchange, "GET")) {
                console.stream(exchange);
            } else {
                notAllowed(exchange, "GET");
            }
            return;
        }
        String[] parts = path.startsWith(DEPENDENCIES)
                ? path.substring(DEPENDENCIES.length()).split("/", -1)
                : new String[0];
        if (parts.length == 1) {
            detail(exchange, parts[0]);
        } else if (parts.length == 2) {
            steer(exchange, parts[0], parts[1]);
        } else {
            notFound(exchange, path);
        }
    }

    private void detail(HttpExchange exchange, String name) throws IOException {
        Detail heard =
                new Detail(console.counters().known(name), console.listening().ear());
        Optional<String> detail = console.guards()
                .find(name)
                .map(heard::json)
                .or(() -> console.guards().allKeyed().stream()
                        .filter(keyed -> keyed.name().equals(name))
                        .findFirst()
                        .map(heard::json));
        if (!is(exchange, "GET")) {
            notAllowed(exchange, "GET");
        } else if (detail.isEmpty()) {
            notFound(exchange, "dependency " + name);
        } else {
            Answers.json(exchange, detail.get());
        }
    }

    private void steer(HttpExchange exchange, String name, String path) throws IOException {
        Optional<Deed> deed = Deed.named(path);
        if (deed.isEmpty()) {
            notFound(exchange, path);
        } else if (!is(exchange, "POST")) {
            notAllowed(exchange, "POST");
        } else {
            order(exchange, Steering.order(name, deed.get(), fields(exchange), Guesses.from(exchange)));
        }
    }

    private void order(HttpExchange exchange, Order order) throws IOException {
        if (readOnly) {
            steering.refuse(order, "this console is read-only");
            Answers.problem(exchange, 403, "This console is read-only", List.of());
        } else if (isJson(exchange)) {
            act(exchange, order);
        } else {
            steering.refuse(order, "it was not JSON");
        }
    }

    private void act(HttpExchange exchange, Order order) throws IOException {
        try {
            if (steering.act(order)) {
                Answers.send(exchange, 204, "application/json", new byte[0]);
            } else {
                notFound(exchange, "circuit breaker of " + order.dependency());
            }
        } catch (ConfigurationException wrong) {
            Answers.problem(exchange, 400, "Nothing was done", wrong.problems());
        }
    }

    private static Map<String, String> fields(HttpExchange exchange) throws IOException {
        try {
            return Json.flat(Answers.body(exchange));
        } catch (IOException unreadable) {
            return Map.of(); // what is missing is named by whoever needs it
        }
    }

    /** A form of another page cannot send JSON without asking first; else answers. */
    private static boolean isJson(HttpExchange exchange) throws IOException {
        String type = exchange.getRequestHeaders().getFirst("Content-Type");
        boolean json = type != null && type.split(";", 2)[0].strip().equalsIgnoreCase("application/json");
        if (!json) {
            Answers.problem(exchange, 415, "Not JSON", List.of("Content-Type must be application/json"));
        }
        return json;
    }

    private static boolean is(HttpExchange exchange, String method) {
        return exchange.getRequestMethod().equals(method);
    }

    private static void notAllowed(HttpExchange exchange, String method) throws IOException {
        exchange.getResponseHeaders().set("Allow", method);
        Answers.problem(exchange, 405, "Not allowed", List.of("the method must be " + method));
    }

    private static void notFound(HttpExchange exchange, String what) throws IOException {
        Answers.problem(exchange, 404, "Not found", List.of("there is no " + what));
    }
}
