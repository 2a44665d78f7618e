package dev.plimsoll.console;

import com.sun.net.httpserver.HttpExchange;
import dev.plimsoll.call.ConfigurationException;
import dev.plimsoll.console.Audit.Order;
import dev.plimsoll.console.Steering.Deed;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/**
 * What there is behind the {@link Entrance} of a console: see {@link Detail} and {@link Steering}.
 *
 * <p><b>Threading:</b> safe for use by any number of threads.
 */
final class Site extends Entrance {

    private final Console console;
    private final Steering steering;
    private final boolean readOnly;

    Site(Console console, Door door, Steering steering, Guesses guesses, Searches searches, boolean readOnly) {
        super(door, guesses, searches, "Host must be a name of this console: name it with reachedAs()");
        this.console = console;
        this.steering = steering;
        this.readOnly = readOnly;
    }

    @Override
    void stream(HttpExchange exchange) throws IOException, InterruptedException {
        console.stream(exchange);
    }

    @Override
    String matching(String wanted) {
        return console.matching(wanted);
    }

    @Override
    void detail(HttpExchange exchange, String name) throws IOException {
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

    @Override
    void steer(HttpExchange exchange, String name, String path) throws IOException {
        Optional<Deed> deed = Deed.named(path);
        if (deed.isEmpty()) {
            notFound(exchange, path);
        } else if (!is(exchange, "POST")) {
            notAllowed(exchange, "POST");
        } else {
            Form form = Form.read(exchange);
            order(exchange, Steering.order(name, deed.get(), form, Guesses.from(exchange)), form);
        }
    }

    private void order(HttpExchange exchange, Order order, Form form) throws IOException {
        if (readOnly) {
            steering.refuse(order, "this console is read-only");
            Answers.problem(exchange, 403, "This console is read-only", List.of());
        } else if (isJson(exchange)) {
            act(exchange, order, form);
        } else {
            steering.refuse(order, "it was not JSON");
        }
    }

    private void act(HttpExchange exchange, Order order, Form form) throws IOException {
        try {
            if (steering.act(order, form)) {
                Answers.send(exchange, 204, "application/json", new byte[0]);
            } else {
                notFound(exchange, "circuit breaker of " + order.dependency());
            }
        } catch (ConfigurationException wrong) {
            Answers.problem(exchange, 400, "Nothing was done", wrong.problems());
        }
    }
}
