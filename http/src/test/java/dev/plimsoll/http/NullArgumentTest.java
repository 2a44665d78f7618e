package dev.plimsoll.http;

import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import dev.plimsoll.Guard;
import dev.plimsoll.Guards;
import dev.plimsoll.call.Task;
import dev.plimsoll.call.Work;
import dev.plimsoll.http.servlet.InboundFilter;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@NullUnmarked
final class NullArgumentTest {

    private static final HttpClient CLIENT = HttpClient.newHttpClient();

    @Test
    @DisplayName("A missing argument is named at once")
    void argument_thatIsNull_isNamed() {
        try (Guards guards = Guards.create()) {
            Guard guard = guards.guard("prices", g -> g);
            GuardedHttpClient http = GuardedHttpClient.of(CLIENT, guard);
            assertThatNullPointerException()
                    .isThrownBy(() -> GuardedHttpClient.of(null, guard))
                    .withMessage("client");
            assertThatNullPointerException()
                    .isThrownBy(() -> GuardedHttpClient.of(CLIENT, (Guard) null))
                    .withMessage("guard");
            assertThatNullPointerException()
                    .isThrownBy(() -> GuardedHttpClient.of(CLIENT, (Function<HttpRequest, Guard>) null))
                    .withMessage("guards");
            assertThatNullPointerException()
                    .isThrownBy(() -> http.send(null, BodyHandlers.ofString()))
                    .withMessage("request");
            assertThatNullPointerException()
                    .isThrownBy(() -> http.send(Received.GET, null))
                    .withMessage("handler");
            assertThatNullPointerException()
                    .isThrownBy(() -> http.judgedBy(own -> null))
                    .withMessage("the classifier");
            assertThatNullPointerException()
                    .isThrownBy(() -> http.judgedBy(null))
                    .withMessage("opinion");
            assertThatNullPointerException()
                    .isThrownBy(() -> HttpClassifier.of(null, CLIENT))
                    .withMessage("request");
            assertThatNullPointerException()
                    .isThrownBy(() -> HttpClassifier.of(Received.GET, null))
                    .withMessage("client");
        }
    }

    @Test
    @DisplayName("A missing argument at the inbound edge is named at once")
    void argument_ofTheEdgeThatIsNull_isNamed() {
        InboundEdge edge = InboundEdge.create("orders");
        assertThatNullPointerException()
                .isThrownBy(() -> edge.receive((Map<String, List<String>>) null))
                .withMessage("headers");
        assertThatNullPointerException()
                .isThrownBy(() -> edge.receive((Function<String, String>) null))
                .withMessage("header");
        assertThatNullPointerException()
                .isThrownBy(() -> InboundFilter.of(null))
                .withMessage("edge");
        assertThatNullPointerException()
                .isThrownBy(() -> InboundFilter.of(edge).drainedBy(null))
                .withMessage("waits");
        assertThatNullPointerException()
                .isThrownBy(() -> InboundFilter.of(edge).trusting(null))
                .withMessage("senders");
        assertThatNullPointerException()
                .isThrownBy(() -> edge.receive((Map<String, List<String>>) null, true))
                .withMessage("headers");
    }

    @Test
    @DisplayName("Missing work of a request is named at once, whatever the request says")
    void argument_ofTheRequestThatIsNull_isNamed() {
        for (String attempt : new String[] {null, "1;edge"}) {
            Inbound inbound = Inbound.of(name -> attempt);
            assertThatNullPointerException()
                    .isThrownBy(() -> inbound.call((Work<String, RuntimeException>) null))
                    .withMessage("work");
            assertThatNullPointerException()
                    .isThrownBy(() -> inbound.run((Task<RuntimeException>) null))
                    .withMessage("task");
        }
    }
}
