package dev.plimsoll.console;

import com.sun.net.httpserver.HttpExchange;
import dev.plimsoll.console.Form.Wrong;
import dev.plimsoll.console.gather.Crowd;
import dev.plimsoll.console.gather.Forwarded;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What there is behind the {@link Entrance} of a gathering. A NAME is that of a process and of a dependency of it, with a
 * colon between; what is asked of it is asked of the console of that process.
 *
 * <p><b>Threading:</b> safe for use by any number of threads.
 */
final class GatheredSite extends Entrance {

    private static final Pattern DEED = Pattern.compile("[a-z-]{1,32}");
    private static final String JSON = "application/json";
    private static final String PROBLEM = "application/problem+json";
    private static final int OK = 200;
    private static final int NO_CONTENT = 204;
    private static final int BAD_REQUEST = 400;
    private static final int UNAUTHORIZED = 401;
    private static final int SERVER_ERROR = 500;
    private static final int BAD_GATEWAY = 502;

    private final Gathering gathering;
    private final Crowd crowd;
    private final boolean readOnly;

    GatheredSite(Gathering gathering, Crowd crowd, Door door, Guesses guesses, Searches searches, boolean readOnly) {
        super(door, guesses, searches, "Host must be a name of the loopback address");
        this.gathering = gathering;
        this.crowd = crowd;
        this.readOnly = readOnly;
    }

    @Override
    void stream(HttpExchange exchange) throws IOException, InterruptedException {
        gathering.stream(exchange);
    }

    @Override
    String matching(String wanted) {
        return crowd.matching(wanted);
    }

    @Override
    void detail(HttpExchange exchange, String id) throws IOException, InterruptedException {
        if (is(exchange, "GET")) {
            forward(exchange, id, () -> crowd.detail(id));
        } else {
            notAllowed(exchange, "GET");
        }
    }

    /** The order goes as it came: who must check it is the console of the process. */
    @Override
    void steer(HttpExchange exchange, String id, String deed) throws IOException, InterruptedException {
        if (!DEED.matcher(deed).matches()) {
            notFound(exchange, deed);
        } else if (!is(exchange, "POST")) {
            notAllowed(exchange, "POST");
        } else if (readOnly) {
            Answers.problem(exchange, 403, "This page is read-only", List.of());
        } else if (isJson(exchange)) {
            pass(exchange, id, deed);
        }
    }

    private void pass(HttpExchange exchange, String id, String deed) throws IOException, InterruptedException {
        Form form = Form.read(exchange);
        Wrong whole = form.whole();
        if (whole != null && form.source().isEmpty()) { // there is nothing to pass on
            Answers.problem(exchange, BAD_REQUEST, "Nothing was done", List.of(whole.toString()));
        } else {
            forward(exchange, id, () -> crowd.steer(id, deed, form.source()));
        }
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
            notFound(exchange, "process of " + id);
        } else if (answer.status() == UNAUTHORIZED) { // not ours: the page would ask for the token that it was given
            Answers.problem(exchange, BAD_GATEWAY, "Its console asks for another token", List.of());
        } else if (isUnderstood(answer)) {
            String type = answer.status() < BAD_REQUEST ? JSON : PROBLEM;
            Answers.send(exchange, answer.status(), type, answer.body());
        } else {
            Answers.problem(exchange, BAD_GATEWAY, "Its console answers with something else", List.of());
        }
    }

    /** What it answers is shown as if it were ours, and what is no JSON may be a page with a will of its own. */
    private static boolean isUnderstood(Forwarded answer) {
        String type = answer.type().split(";", 2)[0].strip().toLowerCase(Locale.ROOT);
        boolean json = type.equals(JSON) || type.equals(PROBLEM);
        int status = answer.status();
        return json && (status == OK || status == NO_CONTENT || (status >= BAD_REQUEST && status < SERVER_ERROR));
    }
}
