package dev.plimsoll.http.servlet;

import static org.assertj.core.api.Assertions.assertThat;

import dev.plimsoll.Guards;
import dev.plimsoll.call.Criticality;
import dev.plimsoll.http.GuardedHttpClient;
import dev.plimsoll.http.Inbound;
import dev.plimsoll.http.InboundEdge;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How much a request matters, from the client to the work of the service. */
final class CriticalityOnTheWireTest {

    private final InboundEdge edge = InboundEdge.create("orders");

    private static Map<String, List<String>> saying(String... values) {
        return Map.of("x-criticality", List.of(values));
    }

    private static Criticality within(Inbound inbound) {
        return inbound.<Criticality, RuntimeException>call(Criticality::current);
    }

    @Test
    @DisplayName("SH-2 X-Criticality of a trusted sender is in force for the work, and only for it")
    void trustedSender_isBelieved() {
        Inbound inbound = edge.receive(saying("SHEDDABLE"), true);
        assertThat(inbound.criticality()).contains(Criticality.SHEDDABLE);
        assertThat(within(inbound)).isEqualTo(Criticality.SHEDDABLE);
        assertThat(Criticality.inForce()).isEmpty();
        assertThat(within(edge.receive(saying(" critical\t"), true))).isEqualTo(Criticality.CRITICAL);
        assertThat(edge.receive(Map.of(), true).criticality()).isEmpty();
        assertThat(edge.counts().untrusted() + edge.counts().unknownCriticality())
                .isZero();
    }

    @Test
    @DisplayName("SH-2 X-Criticality of anybody else is ignored and counted: by default nobody is trusted")
    void anybodyElse_isNotBelieved() {
        assertThat(within(edge.receive(saying("CRITICAL")))).isEqualTo(Criticality.NORMAL);
        assertThat(within(edge.receive(name -> name.equals("X-Criticality") ? "CRITICAL" : null, false)))
                .isEqualTo(Criticality.NORMAL);
        assertThat(Inbound.of(saying("CRITICAL")).criticality()).isEmpty();
        assertThat(edge.counts().untrusted()).isEqualTo(2);
        assertThat(edge.counts().received()).isEqualTo(2);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "urgent", "CRITICAL_PLUS", "0", "CRITICAL, NORMAL"})
    @DisplayName("SH-2 a value of X-Criticality that there is not is ignored and counted, and never an error")
    void unknownValue_isIgnoredAndCounted(String value) {
        assertThat(edge.receive(saying(value), true).criticality()).isEmpty();
        assertThat(edge.counts().unknownCriticality()).isEqualTo(1);
    }

    @Test
    @DisplayName("SH-2 X-Criticality is sent where somebody has said how much the work matters, and crosses two hops")
    void criticality_crossesTwoHops() throws Exception {
        try (Guards guards = Guards.create(g -> g.logging(false))) {
            GuardedHttpClient http =
                    GuardedHttpClient.of(HttpClient.newHttpClient(), guards.guard("next", g -> g.circuitBreaker()));
            ServletServer.Handler shows = (request, response) ->
                    response.getWriter().write(request.getHeader("X-Criticality") + " " + Criticality.current());
            InboundFilter trusting = InboundFilter.of(edge).trusting(request -> request.getLocalAddr() != null);
            try (ServletServer last = new ServletServer(shows, trusting);
                    ServletServer first = new ServletServer(
                            (request, response) -> response.getWriter().write(asked(http, last, null)), trusting);
                    ServletServer strict = new ServletServer(shows, InboundFilter.of(edge))) {
                assertThat(asked(http, last, null)).isEqualTo("null NORMAL");
                Criticality.SHEDDABLE.<Exception>run(() -> {
                    assertThat(asked(http, first, null)).isEqualTo("SHEDDABLE SHEDDABLE");
                    assertThat(asked(http, last, "CRITICAL")).isEqualTo("CRITICAL CRITICAL");
                    assertThat(asked(http, strict, null)).isEqualTo("SHEDDABLE NORMAL");
                });
            }
        }
    }

    private static String asked(GuardedHttpClient http, ServletServer server, @Nullable String own) throws IOException {
        HttpRequest.Builder request = HttpRequest.newBuilder(server.uri("/"));
        if (own != null) {
            request.header("X-Criticality", own);
        }
        try {
            return http.send(request.build(), BodyHandlers.ofString()).body();
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
    }
}
