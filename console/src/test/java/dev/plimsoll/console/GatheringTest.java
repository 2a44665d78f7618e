package dev.plimsoll.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.plimsoll.Guard;
import dev.plimsoll.Guards;
import dev.plimsoll.Rendezvous;
import dev.plimsoll.breaker.BreakerState;
import dev.plimsoll.console.Page.Message;
import dev.plimsoll.console.gather.Address;
import dev.plimsoll.console.gather.Crowd;
import dev.plimsoll.console.gather.Crowd.Access;
import dev.plimsoll.console.gather.FakeConsole;
import dev.plimsoll.console.gather.Timeline;
import dev.plimsoll.console.gather.Told;
import dev.plimsoll.time.Time;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Real consoles on the loopback address, each as if in a process of its own. */
final class GatheringTest {

    private static final String RUN = "00000000000000aa";

    private final List<AutoCloseable> open = new ArrayList<>();

    /** A process with a guard and a console. */
    private record Shop(Guards guards, Guard prices, Console console) {

        URI address() {
            return console.address();
        }

        void fail() {
            for (int i = 0; i < 3; i++) {
                assertThatThrownBy(() -> prices.call(() -> {
                            throw new IOException("connection reset");
                        }))
                        .isInstanceOf(IOException.class);
            }
        }

        BreakerState state() {
            return Objects.requireNonNull(prices.circuitBreaker()).state();
        }
    }

    @AfterEach
    void close() throws Exception {
        for (int i = open.size() - 1; i >= 0; i--) {
            open.get(i).close();
        }
    }

    private <T extends AutoCloseable> T opened(T closeable) {
        open.add(closeable);
        return closeable;
    }

    private Shop shop(String service) throws IOException {
        return shop(service, 0);
    }

    /** Each in a millisecond of its own, by which consoles of one JVM tell their runs apart. */
    private Shop shop(String service, int port) throws IOException {
        long now = System.currentTimeMillis();
        Rendezvous.await(() -> System.currentTimeMillis() > now, "another millisecond");
        Guards guards = opened(Guards.create(g -> g.logging(false)));
        Guard prices = guards.guard(
                "prices", g -> g.circuitBreaker(b -> b.consecutiveFailures(3).openFor(Duration.ofHours(1))));
        return new Shop(
                guards,
                prices,
                opened(Console.start(guards, c -> c.service(service).port(port))));
    }

    private Gathering gathering(URI... consoles) throws IOException {
        return opened(Gathering.start(List.of(consoles), g -> g));
    }

    private Page page(Gathering gathering) throws Exception {
        return opened(Page.open(gathering.address(), null));
    }

    private static boolean isStory(Message message, String... texts) {
        return message.kind().equals("story") && hasAll(message, texts);
    }

    private static boolean isOverview(Message message, String... texts) {
        return message.kind().equals("overview") && hasAll(message, texts);
    }

    private static boolean hasAll(Message message, String... texts) {
        return List.of(texts).stream().allMatch(message.data()::contains);
    }

    private static HttpResponse<String> order(Gathering gathering, String path, String body) throws Exception {
        return Page.send(HttpRequest.newBuilder(gathering.address().resolve("api/dependencies/" + path))
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(body))
                .build());
    }

    private static HttpResponse<String> detail(Gathering gathering, String name) throws Exception {
        URI where = gathering.address().resolve("api/dependencies/" + name);
        return Page.send(HttpRequest.newBuilder(where).build());
    }

    // ---------------------------------------------------------------- what the page is told

    @Test
    @DisplayName(
            "Two processes are on one page: each dependency with its process, one timeline, and counts that are added")
    void processes_areOnOnePage() throws Exception {
        Shop first = shop("orders-1");
        Shop second = shop("orders-2");
        second.fail(); // before anybody looks
        Gathering gathering = gathering(first.address(), second.address());
        Page page = page(gathering);

        assertThat(page.next().data()).contains("\"service\":\"orders-1, orders-2\"", "\"readOnly\":false");
        page.until(message ->
                isStory(message, "CLOSED → OPEN", "\"process\":\"orders-2\"", "\"dependency\":\"orders-2:prices\""));
        first.fail();
        Message told = page.until(message -> isStory(message, "CLOSED → OPEN", "\"process\":\"orders-1\""));
        assertThat(told.data()).contains("3 consecutive failures", "\"tone\":\"BAD\"", "\"kind\":\"CIRCUIT\"");
        Message overview = page.until(message -> isOverview(message, "\"attempts\":3,", "\"all\":2,"));
        assertThat(overview.data())
                .contains("\"process\":\"orders-1\",\"name\":\"orders-1:prices\"")
                .contains("\"process\":\"orders-2\",\"name\":\"orders-2:prices\"")
                .contains("\"processes\":[{\"name\":\"orders-1\",\"address\":\"" + first.address() + "\"},");
        assertThat(gathering.processes()).containsExactly("orders-1", "orders-2");
    }

    @Test
    @DisplayName("What was told before anybody looked is in the order of time, whoever told it")
    void past_isInTheOrderOfTime() throws Exception {
        String other = "00000000000000bb";
        FakeConsole first = opened(new FakeConsole(
                true,
                FakeConsole.hello(RUN, "orders-1")
                        + FakeConsole.story(RUN, 1, 1_000, "one")
                        + FakeConsole.story(RUN, 2, 3_000, "three")));
        FakeConsole second = opened(new FakeConsole(
                true,
                FakeConsole.hello(other, "orders-2")
                        + FakeConsole.story(other, 1, 2_000, "two")
                        + FakeConsole.story(other, 2, 4_000, "four")));
        Timeline timeline = new Timeline();
        AtomicInteger told = new AtomicInteger();
        List<Access> all = Stream.of(first, second)
                .map(each -> new Access(Address.of(each.address()), null))
                .toList();
        try (Crowd crowd = new Crowd(all, Time.system(), entry -> {
            timeline.add(entry);
            told.incrementAndGet();
        })) {
            crowd.start();
            Rendezvous.await(() -> told.get() == 4, "both have told all they know");
            assertThat(timeline.tick()).isEmpty(); // something has come since the last one
            assertThat(timeline.tick()).extracting(Told::title).containsExactly("one", "two", "three", "four");
        }
    }

    @Test
    @DisplayName("A stream that ends is opened again from where it ended, and the process is said to be gone and back")
    void stream_thatEnds_isOpenedAgain() throws Exception {
        FakeConsole console = opened(new FakeConsole(
                true,
                FakeConsole.hello(RUN, "orders") + FakeConsole.story(RUN, 7, 1_000, "before"),
                FakeConsole.hello(RUN, "orders") + FakeConsole.story(RUN, 8, 2_000, "meanwhile")));
        Page page = page(gathering(console.address()));

        page.until(message -> isStory(message, "\"title\":\"before\""));
        page.until(message -> isStory(message, "\"title\":\"is gone\"", "orders is gone (", "has ended"));
        page.until(message -> isStory(message, "\"title\":\"is back\""));
        Rendezvous.await(() -> console.lastIds().size() >= 2, "it was opened again");
        assertThat(console.lastIds()).startsWith("null", RUN + "-7");
    }

    @Test
    @DisplayName(
            "A process that dies is said to be gone at once, its dependencies as they were; the next one begins anew")
    void process_thatDies_isSaidToBeGone() throws Exception {
        Shop first = shop("orders-1");
        Shop second = shop("orders-2");
        Gathering gathering = gathering(first.address(), second.address());
        Page page = page(gathering);
        page.until(message -> isOverview(message, "orders-2:prices"));

        second.console().close();
        page.until(
                message -> isStory(message, "\"title\":\"is gone\"", "\"process\":\"orders-2\"", "\"tone\":\"BAD\""));
        Message overview = page.until(message -> isOverview(message, "\"gone\":"));
        assertThat(overview.data()).contains("\"name\":\"orders-2:prices\"").contains("\"name\":\"orders-1:prices\"");
        assertThat(overview.data()).contains("\"answers\":false,\"every\":1}");
        assertThat(detail(gathering, "orders-2:prices").body()).contains("\"status\":502", "orders-2 is gone (");

        Shop third = shop("orders-2", second.address().getPort());
        page.until(message -> isStory(message, "a new process begins", "\"process\":\"orders-2\""));
        third.fail();
        page.until(message -> isStory(message, "CLOSED → OPEN", "\"process\":\"orders-2\""));
        page.until(
                message -> message.kind().equals("overview") && !message.data().contains("\"gone\":"));
    }

    @Test
    @DisplayName("A process that is gone and answers with something else is said to answer, and is tried seldom")
    void process_thatAnswersStrangely_isSaidToAnswer() throws Exception {
        FakeConsole console =
                opened(new FakeConsole(true, FakeConsole.hello(RUN, "orders"), FakeConsole.hello("no run", "orders")));
        Page page = page(gathering(console.address()));
        Message overview = page.until(message -> isOverview(message, "\"answers\":true"));
        assertThat(overview.data())
                .contains("\"why\":\"it does not say which run it is\",\"answers\":true,\"every\":30}");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "event: overview\ndata: no overview\n\n",
                "event: story\ndata: {\"title\":\"without a time\"}\n\n",
                "event: hello\ndata: {\"run\":\n\n",
                ""
            })
    @DisplayName("One that answers with what is malformed, or with nothing, is said to answer, and is tried seldom")
    void process_thatAnswersMalformed_isSaidToAnswer(String malformed) throws Exception {
        String hello = FakeConsole.hello(RUN, "orders");
        String second = malformed.isEmpty() || malformed.contains("hello") ? malformed : hello + malformed;
        FakeConsole console = opened(new FakeConsole(false, hello, second));
        Page page = page(gathering(console.address()));
        Message overview = page.until(message -> isOverview(message, "\"answers\":true"));
        assertThat(overview.data()).contains("\"wasThere\":true,\"why\":\"", "\"answers\":true,\"every\":30}");
    }

    @Test
    @DisplayName("One that is not there yet is said not to be, and is named when it comes")
    void process_thatIsNotThereYet_isTriedAgain() throws Exception {
        Shop first = shop("orders-1");
        Shop passing = shop("orders-2");
        int port = passing.address().getPort();
        passing.console().close();
        Gathering gathering = gathering(first.address(), passing.address());
        Page page = page(gathering);
        assertThat(gathering.processes()).containsExactly("orders-1", "127.0.0.1:" + port);
        page.until(message -> isStory(message, "\"title\":\"is not there\"", " is not there (connection refused)"));
        page.until(message -> isOverview(message, "\"wasThere\":false,\"why\":\"connection refused\""));
        assertThat(detail(gathering, "127.0.0.1:" + port + ":prices").body())
                .contains("127.0.0.1:" + port + " is not there (connection refused)");

        Shop second = shop("orders-2", port);
        page.until(message -> isStory(message, "is there", "\"process\":\"orders-2\""));
        second.fail();
        page.until(message -> isStory(message, "CLOSED → OPEN", "orders-2:prices"));
    }

    @Test
    @DisplayName("Ten processes that call themselves the same are told apart by their addresses")
    void processes_ofOneName_areToldApart() throws Exception {
        List<URI> consoles = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            consoles.add(shop("orders").address());
        }
        Gathering gathering = gathering(consoles.toArray(URI[]::new));
        Page page = page(gathering);
        assertThat(gathering.processes())
                .containsExactlyElementsOf(consoles.stream()
                        .map(console -> "orders@" + console.getAuthority())
                        .toList());
        assertThat(page.next().data()).contains("\"service\":\"10 processes\"");
        page.until(message -> isOverview(message, "\"all\":10,"));
    }

    // ---------------------------------------------------------------- steering

    @Test
    @DisplayName("An order goes to the process that is meant, and its own checks and timeline are those that count")
    void order_goesToTheProcessThatIsMeant() throws Exception {
        Shop first = shop("orders-1");
        Shop second = shop("orders-2");
        Gathering gathering = gathering(first.address(), second.address());
        Page page = page(gathering);
        page.until(message -> isOverview(message, "orders-2:prices"));

        HttpResponse<String> wrong = order(gathering, "orders-2:prices/force-open", "{\"ttlSeconds\":0}");
        assertThat(wrong.statusCode()).isEqualTo(400);
        assertThat(wrong.body()).contains("reason must have", "who must have", "ttlSeconds must be 1 to 86400");
        assertThat(second.state()).isEqualTo(BreakerState.CLOSED);

        String order = "{\"reason\":\"they move house\",\"who\":\"ops\",\"ttlSeconds\":60}";
        assertThat(order(gathering, "orders-2:prices/force-open", order).statusCode())
                .isEqualTo(204);
        assertThat(second.state()).isEqualTo(BreakerState.FORCED_OPEN);
        assertThat(first.state()).isEqualTo(BreakerState.CLOSED);
        page.until(message -> isStory(message, "force open, for 60 s", "ops (from 127.0.0.1): they move house"));
        assertThat(order(gathering, "orders-3:prices/reset", order).statusCode())
                .isEqualTo(404);
        assertThat(order(gathering, "orders-2:nobody/reset", order).statusCode())
                .isEqualTo(404);
        assertThat(order(gathering, "orders-2:../reset", order).statusCode()).isEqualTo(404);
    }

    @Test
    @DisplayName("A dependency from near is that of its process, named with it")
    void detail_isThatOfItsProcess() throws Exception {
        Shop first = shop("orders-1");
        Shop second = shop("orders-2");
        second.fail();
        Gathering gathering = gathering(first.address(), second.address());
        assertThat(detail(gathering, "orders-1:prices").body())
                .startsWith("{\"process\":\"orders-1\",\"name\":\"orders-1:prices\"")
                .contains("\"state\":\"CLOSED\"");
        assertThat(detail(gathering, "orders-2:prices").body()).contains("\"state\":\"OPEN\"");
        assertThat(detail(gathering, "orders-2:nobody").statusCode()).isEqualTo(404);
        assertThat(detail(gathering, "prices").statusCode()).isEqualTo(404);
    }

    @Test
    @DisplayName("A read-only gathering lets nobody steer, and so does a read-only console")
    void readOnly_letsNobodySteer() throws Exception {
        Shop shop = shop("orders");
        String order = "{\"reason\":\"r\",\"who\":\"w\"}";
        Gathering readOnly = opened(Gathering.start(List.of(shop.address()), GatheringBuilder::readOnly));
        assertThat(order(readOnly, "orders:prices/reset", order).statusCode()).isEqualTo(403);

        Guards guards = opened(Guards.create(g -> g.logging(false)));
        Console shown = opened(Console.start(guards, c -> c.service("stock").readOnly()));
        Gathering gathering = gathering(shown.address());
        assertThat(page(gathering).next().data()).contains("\"readOnly\":true");
        assertThat(order(gathering, "stock:prices/reset", order).statusCode()).isEqualTo(403);
    }
}
