package dev.plimsoll.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import dev.plimsoll.Guard;
import dev.plimsoll.Guards;
import dev.plimsoll.KeyedGuards;
import dev.plimsoll.Rendezvous;
import dev.plimsoll.budget.RetryBudget;
import dev.plimsoll.call.ConfigurationException;
import dev.plimsoll.call.RejectedException;
import dev.plimsoll.console.Page.Message;
import dev.plimsoll.degrade.Degradation;
import dev.plimsoll.degrade.DependencyHealth;
import dev.plimsoll.degrade.Level;
import dev.plimsoll.drain.Drain;
import dev.plimsoll.retry.Retry;
import dev.plimsoll.time.VirtualTime;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

final class ConsoleTest {

    private static final int CALLS = 10_000;

    private final Guards guards = Guards.create(g -> g.logging(false));
    private final Guard prices = guards.guard(
            "prices",
            g -> g.circuitBreaker(b -> b.consecutiveFailures(3).openFor(Duration.ofHours(1)))
                    .bulkhead(4));

    @AfterEach
    void close() {
        guards.close();
    }

    private void fail(int times) {
        for (int i = 0; i < times; i++) {
            assertThatThrownBy(() -> prices.call(() -> {
                        throw new IOException("connection reset");
                    }))
                    .isInstanceOf(IOException.class);
        }
    }

    private static boolean isStory(Message message, String text) {
        return message.kind().equals("story") && message.data().contains(text);
    }

    // ---------------------------------------------------------------- what the page is told

    @Test
    @DisplayName("An opening is an entry of the timeline, with its reason, and the overview shows it")
    void opening_isTold_withItsReason() throws Exception {
        try (Console console = Console.start(guards, 0);
                Page page = Page.open(console.address(), null)) {
            assertThat(page.next().kind()).isEqualTo("hello");
            fail(3);

            Message story = page.until(message -> isStory(message, "CLOSED → OPEN"));
            assertThat(story.data())
                    .contains("\"dependency\":\"prices\"", "3 consecutive failures", "\"tone\":\"BAD\"");
            Message overview = page.until(message ->
                    message.kind().equals("overview") && message.data().contains("\"state\":\"OPEN\""));
            assertThat(overview.data()).contains("3 consecutive failures", "\"nextProbe\":", "connection reset");
        }
    }

    @Test
    @DisplayName("Calls are counted by how they ended, with their attempts and percentiles, and the bulkhead is there")
    void calls_areCounted() throws Exception {
        try (Console console = Console.start(guards, 0);
                Page page = Page.open(console.address(), null)) {
            for (int i = 0; i < 5; i++) {
                assertThat(prices.<String, RuntimeException>call(() -> "7.50")).isEqualTo("7.50");
            }
            fail(3);
            assertThatThrownBy(() -> prices.call(() -> "7.50")).isInstanceOf(RejectedException.class);

            Message overview = page.until(message ->
                    message.data().contains("\"REFUSED\":1") && message.data().contains("\"calls\":9"));
            assertThat(overview.data())
                    .contains("\"heard\":true,\"calls\":9,\"answered\":5,\"fellBack\":0,\"bad\":4,\"refused\":1")
                    .contains("\"measured\":8,\"p50\":", "\"attempts\":8,\"begun\":8")
                    .contains("\"ANSWERED\":5,\"FAILED\":3,\"TIMED_OUT\":0,\"REFUSED\":1,\"CANCELLED\":0")
                    .contains("\"bulkhead\":{\"used\":0,\"most\":4,\"waiting\":0");
        }
    }

    @Test
    @DisplayName("Who opens the page sees how calls ended before, but not how long they took; from then on, that too")
    void page_thatIsOpenedLater_seesTheLastMinute() throws Exception {
        try (Console console = Console.start(guards, 0)) {
            fail(2);
            try (Page page = Page.open(console.address(), null)) {
                Message overview = page.until(message -> message.data().contains("\"FAILED\":2"));
                assertThat(overview.data()).contains("\"measured\":0", "\"heardSince\":");
                assertThat(overview.data()).doesNotContain("\"p50\"");
                assertThat(prices.<String, RuntimeException>call(() -> "7.50")).isEqualTo("7.50");
                page.until(message -> message.data().contains("\"measured\":1,\"p50\":"));
            }
        }
    }

    @Test
    @DisplayName("With no page open calls allocate nothing for the console, and with one they do")
    void calls_withNoPageOpen_costNothing() throws Exception {
        Guard bare = guards.guard("bare", g -> g.circuitBreaker());
        try (Console console = Console.start(guards, 0)) {
            long unused = allocatedBy(bare); // warmed up
            assertThat(allocatedBy(bare)).isLessThan(CALLS);
            try (Page page = Page.open(console.address(), null)) {
                assertThat(page.next().kind()).isEqualTo("hello");
                assertThat(allocatedBy(bare)).isGreaterThan(50L * CALLS);
            }
        }
    }

    private static long allocatedBy(Guard guard) {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long before = threads.getCurrentThreadAllocatedBytes();
        for (int i = 0; i < CALLS; i++) {
            String answer = guard.<String, RuntimeException>call(() -> "7.50");
            if (answer.isEmpty()) {
                throw new AssertionError(i);
            }
        }
        return threads.getCurrentThreadAllocatedBytes() - before;
    }

    @Test
    @DisplayName("EV-2 an Error of an observer that hears of a change which the console finds is said, and all goes on")
    void errorOfAnObserver_isSaidAndAllGoesOn() throws Exception {
        VirtualTime time = VirtualTime.create();
        Degradation service =
                Degradation.create("checkout", d -> d.at(Level.NORMAL, "search").at(Level.DEGRADED, "search"), time);
        service.report(new DependencyHealth("search", false, Duration.ofMillis(50), 0));
        service.report(new DependencyHealth("search", true, Duration.ofMillis(50), 0));
        service.observe(event -> {
            throw new AssertionError("of an observer");
        });
        try (Console console = Console.start(guards, 0).watch(service)) {
            time.advance(Duration.ofSeconds(30)); // nobody else looks whether the dwell is over
            fail(2);
            Duration glance = Duration.ofMillis(50);
            Rendezvous.await(() -> console.matching("prices").contains("\"FAILED\":2"), "a second is over", glance);
            try (Page page = Page.open(console.address(), null)) {
                Message broken = page.until(message -> isStory(message, "the console is broken"));
                assertThat(broken.data()).contains("AssertionError: of an observer");
            }
        }
    }

    @Test
    @DisplayName("A page that was away gets what it has missed, and nothing twice")
    void page_thatComesBack_getsWhatItHasMissed() throws Exception {
        try (Console console = Console.start(guards, 0)) {
            String known;
            try (Page page = Page.open(console.address(), null)) {
                fail(3);
                page.until(message -> isStory(message, "CLOSED → OPEN"));
                known = page.lastId();
            }
            Objects.requireNonNull(prices.circuitBreaker()).reset("healed", "ops");
            fail(3);
            try (Page page = Page.open(console.address(), known)) {
                List<Message> missed = List.of(
                        page.until(message -> isStory(message, "\"kind\":\"CIRCUIT\"")),
                        page.until(message -> isStory(message, "\"kind\":\"CIRCUIT\"")));
                assertThat(missed.get(0).data()).contains("OPEN → CLOSED", "reset by ops: healed");
                assertThat(missed.get(1).data()).contains("CLOSED → OPEN");
            }
        }
    }

    @Test
    @DisplayName("An id of another process, or nonsense, gets all that is kept; so does one from the future")
    void page_thatKnowsAnotherProcess_getsAll() throws Exception {
        try (Console console = Console.start(guards, 0)) {
            fail(3);
            for (String id : List.of("0123456789abcdef-7", "nonsense", "")) {
                try (Page page = Page.open(console.address(), id)) {
                    assertThat(page.until(message -> message.kind().equals("story"))
                                    .data())
                            .contains("the console begins");
                    page.until(message -> isStory(message, "CLOSED → OPEN"));
                }
            }
        }
    }

    @Test
    @DisplayName("Who was away for longer than the replay window is told that something is lost")
    void page_thatWasAwayForLong_isToldThatItLost() throws Exception {
        try (Console console = Console.start(guards, c -> c.replay(100))) {
            String known;
            try (Page page = Page.open(console.address(), null)) {
                page.until(message -> isStory(message, "the console begins"));
                known = page.lastId();
            }
            for (int i = 0; i < 101; i++) {
                Objects.requireNonNull(prices.circuitBreaker()).reset("round " + i, "ops");
            }
            try (Page page = Page.open(console.address(), known)) {
                page.until(message -> message.kind().equals("lost"));
                page.until(message -> isStory(message, "round 100"));
            }
        }
    }

    @Test
    @DisplayName("One page too many is refused, and when one goes another may come")
    void pages_beyondTheLimit_areRefused() throws Exception {
        try (Console console = Console.start(guards, c -> c.pages(1))) {
            try (Page page = Page.open(console.address(), null);
                    Page second = Page.open(console.address(), null)) {
                page.next();
                assertThat(second.status()).isEqualTo(503);
            }
        }
    }

    @Test
    @DisplayName("The detail says how it is set up, how far it is from opening, and shows the last calls")
    void detail_saysHowFarItIsFromOpening() throws Exception {
        try (Console console = Console.start(guards, 0)) {
            fail(2);
            URI detail = console.address().resolve("api/dependencies/prices");
            HttpResponse<String> answer =
                    Page.send(HttpRequest.newBuilder(detail).build());
            assertThat(answer.body())
                    .contains(
                            "2 of 3 failures in a row; 1 more opens it",
                            "bulkhead of 4",
                            "IOException: connection reset")
                    .contains("\"state\":\"CLOSED\"");
            URI nobody = console.address().resolve("api/dependencies/nobody");
            assertThat(Page.send(HttpRequest.newBuilder(nobody).build()).statusCode())
                    .isEqualTo(404);
        }
    }

    // ---------------------------------------------------------------- setting up

    @Test
    @DisplayName("What the process is to be called is said to be wrong under the name of its setting")
    void service_thatIsNoName_isNamed() {
        for (String name : new String[] {"a b", "", "x".repeat(65)}) {
            assertThatThrownBy(() -> Console.start(guards, c -> c.service(name)))
                    .isInstanceOf(ConfigurationException.class)
                    .hasMessageEndingWith("- service must match [A-Za-z0-9._-]{1,64}: \"" + name + "\"");
        }
    }

    @Test
    @DisplayName("Everything that is wrong is listed: port, token, host, sizes")
    void setUp_thatCannotWork_isRefused() {
        assertThatThrownBy(() -> Console.start(
                        guards,
                        c -> c.port(70_000).token("short").replay(1).pages(0).reachedAs("a b")))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContainingAll(
                        "port must be", "token must have", "replay must be", "pages must be", "reachedAs must")
                .hasMessageNotContaining("short");
        assertThatThrownBy(() -> Console.start(guards, c -> c.host("0.0.0.0")))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContainingAll("token is required", "reachedAs is required");
    }

    @Test
    @DisplayName("A port that is taken is said to be; nothing is left behind")
    void port_thatIsTaken_isSaidToBe() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            assertThatThrownBy(() -> Console.start(guards, taken.getLocalPort()))
                    .isInstanceOf(IOException.class);
        }
    }

    @Test
    @DisplayName("A page that does not read holds up nobody: neither other pages nor the end")
    void page_thatDoesNotRead_holdsUpNobody() throws Exception {
        try (Socket deaf = new Socket();
                Console console = Console.start(guards, c -> c.replay(30_000))) { // ends first
            for (int i = 0; i < 30_000; i++) {
                Objects.requireNonNull(prices.circuitBreaker()).reset("round " + i, "ops");
            }
            deaf.setReceiveBufferSize(1_024);
            deaf.connect(new InetSocketAddress(
                    InetAddress.getLoopbackAddress(), console.address().getPort()));
            String request = "GET /events HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n";
            deaf.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
            try (Page page = Page.open(console.address(), null)) {
                page.until(message -> message.kind().equals("overview"));
                page.until(message -> isStory(message, "round 29999"));
            }
        }
    }

    @Test
    @DisplayName("A retry budget that is used up is told once, also when other retries are denied before")
    void budget_thatIsUsedUp_isToldOnce() throws Exception {
        Guard mail = guards.guard(
                "mail",
                g -> g.retry(Retry.fixed(Duration.ZERO))
                        .retryBudget(RetryBudget.create(b -> b.ratio(0.1).minimumPerSecond(0))));
        try (Console console = Console.start(guards, 0);
                Page page = Page.open(console.address(), null)) {
            for (int i = 0; i < 30; i++) {
                Exception error = i == 0 ? new IllegalArgumentException("not retryable") : new IOException("reset");
                assertThatThrownBy(() -> mail.call(() -> {
                            throw error;
                        }))
                        .isSameAs(error);
            }
            Objects.requireNonNull(prices.circuitBreaker()).reset("the end", "ops");
            page.until(message -> isStory(message, "retry budget used up"));
            Message next = page.until(
                    message -> message.kind().equals("story") && !message.data().contains("\"title\":\"failing\""));
            assertThat(next.data()).contains("the end");
        }
    }

    @Test
    @DisplayName("Configuration and drains are on the timeline, and keys that are not closed have a detail")
    void configurationDrainsAndKeys_areShown() throws Exception {
        KeyedGuards<String> tenants = guards.keyed(
                "tenants", g -> g.circuitBreaker(b -> b.consecutiveFailures(1).openFor(Duration.ofHours(1))));
        Drain drain = Drain.create("shop");
        try (Console console = Console.start(guards, 0);
                Page page = Page.open(console.watch(drain).address(), null)) {
            prices.reconfigure(
                    g -> g.circuitBreaker(b -> b.consecutiveFailures(7)).bulkhead(4));
            page.until(message -> isStory(message, "configured anew"));
            assertThatThrownBy(() -> tenants.call("acme", () -> {
                        throw new IOException("reset");
                    }))
                    .isInstanceOf(IOException.class);
            page.until(message -> isStory(message, "tenants/acme"));
            page.until(message -> message.data().contains("\"keys\":1,\"troubledKeys\":1"));
            URI detail = console.address().resolve("api/dependencies/tenants");
            assertThat(Page.send(HttpRequest.newBuilder(detail).build()).body())
                    .contains("\"name\":\"tenants/acme\",\"state\":\"OPEN\"");
            drain.start();
            page.until(message -> isStory(message, "→ STOPPED")); // from RUNNING, or between two glances from DRAINING
        }
    }

    @Test
    @DisplayName("Closing ends the pages and hears nothing more; twice is once")
    void close_endsThePages() throws Exception {
        Console console = Console.start(guards, 0);
        Page page = Page.open(console.address(), null);
        page.next();
        console.close();
        console.close();
        assertThatThrownBy(() -> page.until(message -> false))
                .isInstanceOfAny(AssertionError.class, java.io.UncheckedIOException.class);
        assertThat(prices.<String, RuntimeException>call(() -> "7.50")).isEqualTo("7.50");
    }
}
