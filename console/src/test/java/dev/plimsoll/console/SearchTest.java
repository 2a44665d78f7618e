package dev.plimsoll.console;

import static org.assertj.core.api.Assertions.assertThat;

import dev.plimsoll.Guards;
import dev.plimsoll.time.VirtualTime;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** To ask a console, or a gathering, for dependencies by a part of their name. */
final class SearchTest {

    private static final String TOKEN = "a token of 24 characters";

    private final Guards guards = Guards.create(g -> g.logging(false));

    @AfterEach
    void close() {
        guards.close();
    }

    private static HttpResponse<String> ask(Console console, String query) throws Exception {
        return Page.send(HttpRequest.newBuilder(console.address().resolve("api/dependencies" + query))
                .header("Authorization", "Bearer " + TOKEN)
                .build());
    }

    @Test
    @DisplayName(
            "Dependencies are found by a part of their name, by whoever may see the page; what is no filter is refused")
    void dependencies_areFound() throws Exception {
        for (String name : List.of("prices", "stock", "shop.prices")) {
            guards.guard(name, g -> g.circuitBreaker());
        }
        try (Console console = Console.start(guards, c -> c.token(TOKEN))) {
            HttpRequest stranger = HttpRequest.newBuilder(console.address().resolve("api/dependencies"))
                    .build();
            assertThat(Page.send(stranger).statusCode()).isEqualTo(401);
            HttpResponse<String> found = ask(console, "?filter=%20Price");
            assertThat(found.statusCode()).isEqualTo(200);
            assertThat(found.body())
                    .startsWith("{\"all\":3,\"matching\":2,\"at\":1")
                    .containsSubsequence("\"name\":\"prices\"", "\"name\":\"shop.prices\"");
            assertThat(ask(console, "").body()).startsWith("{\"all\":3,\"matching\":3,");
            assertThat(ask(console, "?name=x").statusCode()).isEqualTo(400);
            assertThat(ask(console, "?name=x").body()).contains("query must be filter=TEXT: name=x");
            HttpResponse<String> longer = ask(console, "?filter=" + "x".repeat(201));
            assertThat(longer.statusCode()).isEqualTo(400);
            assertThat(longer.body()).contains("filter must have at most 200 characters: " + "x".repeat(200) + "…\"");
            HttpRequest post = HttpRequest.newBuilder(console.address().resolve("api/dependencies"))
                    .header("Authorization", "Bearer " + TOKEN)
                    .POST(BodyPublishers.noBody())
                    .build();
            assertThat(Page.send(post).statusCode()).isEqualTo(405);
        }
    }

    @Test
    @DisplayName("All who search share one pace, of two a second for each page that may be open, and so many at once")
    void searches_haveAPace() {
        VirtualTime time = VirtualTime.create();
        Searches searches = new Searches(time, 16);
        assertThat(granted(searches)).isEqualTo(32);
        time.advance(Duration.ofMillis(500));
        assertThat(granted(searches)).isEqualTo(16);
        time.advance(Duration.ofMinutes(1));
        assertThat(granted(searches)).isEqualTo(32);
    }

    private static int granted(Searches searches) {
        int granted = 0;
        while (searches.mayAsk()) {
            granted++;
        }
        return granted;
    }

    @Test
    @DisplayName("Who searches faster than that is told so, and when to come again; nothing else is refused")
    void search_beyondThePace_isRefused() throws Exception {
        guards.guard("prices", g -> g.circuitBreaker());
        try (Console console = Console.start(guards, c -> c.token(TOKEN).pages(1))) {
            HttpResponse<String> answer = ask(console, "?filter=price");
            for (int i = 0; i < 100 && answer.statusCode() != 429; i++) { // two are granted a second meanwhile
                answer = ask(console, "?filter=price");
            }
            assertThat(answer.statusCode()).isEqualTo(429);
            assertThat(answer.headers().firstValue("Retry-After")).contains("1");
            assertThat(answer.body())
                    .contains("Too many searches", "at most 2 a second are answered, of all who ask: try again in 1 s");
            assertThat(ask(console, "/prices").statusCode()).isEqualTo(200);
            assertThat(ask(console, "?name=x").statusCode()).isEqualTo(400);
        }
    }

    @Test
    @DisplayName("Of several processes they are found by the name of their process as well")
    void dependencies_ofSeveralProcesses_areFound() throws Exception {
        guards.guard("prices", g -> g.circuitBreaker());
        try (Console first = Console.start(guards, c -> c.service("orders"));
                Console second = Console.start(guards, c -> c.service("stock"));
                Gathering gathering = Gathering.start(List.of(first.address(), second.address()), g -> g);
                Page page = Page.open(gathering.address(), null)) {
            page.until(message -> message.kind().equals("overview")
                    && message.data().contains("orders:prices")
                    && message.data().contains("stock:prices"));
            HttpRequest one = HttpRequest.newBuilder(gathering.address().resolve("api/dependencies?filter=ORDERS:"))
                    .build();
            assertThat(Page.send(one).body())
                    .startsWith("{\"all\":2,\"matching\":1,")
                    .contains("\"name\":\"orders:prices\"")
                    .doesNotContain("stock");
        }
    }
}
