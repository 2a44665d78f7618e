package dev.plimsoll.http;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

import dev.plimsoll.Guard;
import dev.plimsoll.Guards;
import dev.plimsoll.call.Deadline;
import dev.plimsoll.retry.Retry;
import dev.plimsoll.time.VirtualTime;
import java.net.URI;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the client says on the wire about time, attempt by attempt. */
final class DeadlineOnTheWireTest {

    private final VirtualTime time = VirtualTime.startingAt(Long.MAX_VALUE - 1_000_000_000, 0);
    private final Guards guards = Guards.create(g -> g.time(time).logging(false));
    private final List<HttpHeaders> sent = new ArrayList<>();
    private int status = 200;

    private GuardedHttpClient client(Guard guard) {
        return GuardedHttpClient.of(
                new ScriptedClient(request -> {
                    sent.add(request.headers());
                    return Received.to(request, status);
                }),
                guard);
    }

    private static HttpRequest.Builder get() {
        return HttpRequest.newBuilder(URI.create("http://localhost/"));
    }

    private List<String> remaining() {
        return sent.stream()
                .map(each -> each.firstValue("X-Deadline-Remaining").orElse("none"))
                .toList();
    }

    @Test
    @DisplayName("DL-2 DL-1 each attempt sends what is left of it then, less the reserve, in both forms")
    void attempts_sendWhatIsLeftOfThem() throws Exception {
        status = 500;
        Guard guard = guards.guard(
                "prices",
                g -> g.attemptTimeout(ofSeconds(2))
                        .totalTimeout(ofSeconds(5))
                        .retry(Retry.fixed(ofMillis(1_500)).maxAttempts(4)));
        client(guard).send(get().build(), BodyHandlers.discarding());
        assertThat(remaining()).containsExactly("1900000u", "1900000u", "1900000u", "450000u");
        for (HttpHeaders each : sent) {
            assertThat(each.firstValue("X-Deadline")).isPresent();
            assertThat(each.allValues("X-Deadline-Remaining")).hasSize(1);
            assertThat(each.allValues("X-Deadline")).hasSize(1);
        }
    }

    @Test
    @DisplayName("DL-1 DL-2 a deadline around the guard is sent where it is the earlier one")
    void outerDeadline_isSent() throws Exception {
        Guard guard = guards.guard("prices", g -> g.attemptTimeout(ofSeconds(2)));
        GuardedHttpClient http = client(guard);
        Deadline.in(time, ofSeconds(1)).<Exception>run(() -> http.send(get().build(), BodyHandlers.discarding()));
        Guard plain = guards.guard("plain", g -> g);
        Deadline.in(time, ofSeconds(3))
                .<Exception>run(() -> client(plain).send(get().build(), BodyHandlers.discarding()));
        assertThat(remaining()).containsExactly("900000u", "2900000u");
    }

    @Test
    @DisplayName("DL-2 without a deadline nothing is said, and nothing when that is switched off")
    void nothing_isSaidWithoutADeadline() throws Exception {
        client(guards.guard("plain", g -> g)).send(get().build(), BodyHandlers.discarding());
        Guard guard = guards.guard("prices", g -> g.attemptTimeout(ofSeconds(2)));
        client(guard).withoutDeadlineHeaders().judgedBy(own -> own).send(get().build(), BodyHandlers.discarding());
        assertThat(sent)
                .hasSize(2)
                .allSatisfy(each -> assertThat(DeadlineHeaders.areIn(each)).isFalse());
    }

    @ParameterizedTest
    @ValueSource(strings = {"X-Deadline", "x-deadline-remaining", "GRPC-Timeout"})
    @DisplayName("DL-2 a request that says it itself, in whatever form, is left as it is")
    void request_withADeadlineOfItsOwn_isLeftAlone(String name) throws Exception {
        Guard guard = guards.guard("prices", g -> g.attemptTimeout(ofSeconds(2)));
        client(guard).send(get().header(name, "mine").build(), BodyHandlers.discarding());
        assertThat(sent.get(0).map()).hasSize(1);
        assertThat(sent.get(0).allValues(name)).containsExactly("mine");
    }
}
