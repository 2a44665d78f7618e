package dev.plimsoll.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.plimsoll.call.Attempt;
import dev.plimsoll.call.Deadline;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.Flow;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

final class ExchangeTest {

    private final List<String> closed = new ArrayList<>();
    private final List<HttpRequest> sent = new ArrayList<>();

    private record Try(int number, Deadline deadline) implements Attempt {
        @Override
        public String dependency() {
            return "prices";
        }
    }

    private static Try attempt(int number) {
        return new Try(number, Deadline.none());
    }

    private Received<Object> holding(String name) {
        AutoCloseable body = () -> closed.add(name);
        return Received.of(503, body);
    }

    private Exchange<Object> exchange(HttpRequest request, ScriptedClient.Script script) {
        ScriptedClient client = new ScriptedClient(asked -> {
            sent.add(asked);
            return script.answer(asked);
        });
        return new Exchange<>(client, request, BodyHandlers.replacing(new Object()), false);
    }

    /** Answers with the given ones in turn. */
    private Exchange<Object> answering(List<Received<Object>> answers) {
        return exchange(Received.GET, asked -> answers.get(sent.size() - 1));
    }

    @Test
    @DisplayName("The returned answer stays open")
    void answer_thatIsReturned_staysOpen() throws Exception {
        Exchange<Object> exchange = answering(List.of(holding("first")));
        exchange.end(exchange.send(attempt(1)));
        assertThat(closed).isEmpty();
    }

    @Test
    @DisplayName("CA-3 an answer is closed when the next attempt starts, and not before")
    void answer_thatIsRetried_isClosedWhenTheNextAttemptStarts() throws Exception {
        List<Integer> closedWhenSending = new ArrayList<>();
        List<Received<Object>> answers = List.of(holding("first"), holding("second"), holding("third"));
        Exchange<Object> exchange = exchange(Received.GET, asked -> {
            closedWhenSending.add(closed.size());
            return answers.get(sent.size() - 1);
        });
        exchange.send(attempt(1));
        assertThat(closed).isEmpty();
        exchange.send(attempt(2));
        HttpResponse<Object> last = exchange.send(attempt(3));
        exchange.end(last);
        assertThat(closed).containsExactly("first", "second");
        assertThat(closedWhenSending).containsExactly(0, 1, 2);
    }

    @Test
    @DisplayName("TO-1 an answer that the caller does not get is closed at the end")
    void answer_thatIsNotReturned_isClosedAtTheEnd() throws Exception {
        Exchange<Object> exchange = answering(List.of(holding("first")));
        exchange.send(attempt(1));
        exchange.end(null);
        exchange.end(null);
        assertThat(closed).containsExactly("first");
    }

    @Test
    @DisplayName("TO-1 an answer that comes after the end is closed at once")
    void answer_afterTheEnd_isClosedAtOnce() throws Exception {
        List<Exchange<Object>> ended = new ArrayList<>();
        Exchange<Object> exchange = exchange(Received.GET, asked -> {
            ended.get(0).end(null);
            return holding("late");
        });
        ended.add(exchange);
        exchange.send(attempt(1));
        assertThat(closed).containsExactly("late");
    }

    @Test
    @DisplayName("TO-1 an answer that comes during or after a later attempt is closed, and does not close that one's")
    void answer_afterTheNextAttempt_isClosedAtOnce() throws Exception {
        List<Exchange<Object>> exchanges = new ArrayList<>();
        List<HttpResponse<Object>> second = new ArrayList<>();
        Exchange<Object> exchange = exchange(Received.GET, asked -> {
            if (sent.size() > 1) {
                return holding("second");
            }
            second.add(exchanges.get(0).send(attempt(2)));
            return holding("first");
        });
        exchanges.add(exchange);
        exchange.send(attempt(1));
        exchange.end(second.get(0));
        assertThat(closed).containsExactly("first");
    }

    @Test
    @DisplayName("TO-1 an attempt that a pool starts when its caller has gone on sends nothing")
    void attempt_afterItsCallerHasGoneOn_sendsNothing() throws Exception {
        Exchange<Object> exchange = answering(List.of(holding("first"), holding("second")));
        HttpResponse<Object> second = exchange.send(attempt(2));
        assertThatThrownBy(() -> exchange.send(attempt(1))).isInstanceOf(CancellationException.class);
        exchange.end(second);
        assertThatThrownBy(() -> exchange.send(attempt(3))).isInstanceOf(CancellationException.class);
        assertThat(sent).hasSize(1);
        assertThat(closed).isEmpty();
    }

    @Test
    @DisplayName("A published body is let go by cancelling it, other bodies are left alone")
    void body_thatIsPublished_isCancelled() throws Exception {
        Flow.Publisher<String> publisher = subscriber -> subscriber.onSubscribe(new Flow.Subscription() {
            @Override
            public void request(long n) {
                closed.add("requested");
            }

            @Override
            public void cancel() {
                closed.add("cancelled");
            }
        });
        Exchange<Object> exchange = answering(
                List.of(Received.of(503, publisher), Received.of(503, "text"), Received.of(503, new byte[1])));
        exchange.send(attempt(1));
        exchange.send(attempt(2));
        exchange.send(attempt(3));
        exchange.end(null);
        assertThat(closed).containsExactly("cancelled");
    }

    @Test
    @DisplayName("A body that cannot be closed disturbs nobody")
    void body_thatFailsToClose_isForgotten() throws Exception {
        AutoCloseable broken = () -> {
            throw new IOException("cannot");
        };
        Exchange<Object> exchange = answering(List.of(Received.of(503, broken), holding("second")));
        exchange.send(attempt(1));
        exchange.end(exchange.send(attempt(2)));
        assertThat(closed).isEmpty();
    }

    @Test
    @DisplayName("DL-1 a request gets the time that its attempt has, and keeps everything else")
    void request_underADeadline_isBounded() throws Exception {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://localhost/orders"))
                .header("Idempotency-Key", "k1")
                .timeout(Duration.ofHours(1))
                .expectContinue(true)
                .POST(BodyPublishers.ofString("body"))
                .build();
        exchange(request, asked -> holding("it")).send(new Try(1, Deadline.in(Duration.ofSeconds(10))));
        HttpRequest bounded = sent.get(0);
        assertThat(bounded).isEqualTo(request);
        assertThat(bounded.expectContinue()).isTrue();
        assertThat(bounded.bodyPublisher()).isEqualTo(request.bodyPublisher());
        assertThat(bounded.timeout().orElseThrow())
                .isGreaterThan(Duration.ofSeconds(5))
                .isLessThan(Duration.ofSeconds(11));
    }

    @Test
    @DisplayName("DL-1 a request without a deadline, or with a shorter timeout, is sent as it is")
    void request_withAShorterTimeout_isNotCopied() throws Exception {
        HttpRequest quick = HttpRequest.newBuilder(URI.create("http://localhost/"))
                .timeout(Duration.ofSeconds(1))
                .build();
        exchange(quick, asked -> holding("it")).send(new Try(1, Deadline.in(Duration.ofSeconds(10))));
        exchange(Received.GET, asked -> holding("it")).send(attempt(1));
        assertThat(sent.get(0)).isSameAs(quick);
        assertThat(sent.get(1)).isSameAs(Received.GET);
    }

    @Test
    @DisplayName("DL-1 an attempt whose time is up is still a valid request")
    void request_afterItsDeadline_isStillValid() throws Exception {
        exchange(Received.GET, asked -> holding("it")).send(new Try(1, Deadline.in(Duration.ZERO)));
        assertThat(sent.get(0).timeout().orElseThrow()).isPositive();
    }
}
