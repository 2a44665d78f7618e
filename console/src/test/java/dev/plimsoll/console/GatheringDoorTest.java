package dev.plimsoll.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import dev.plimsoll.Guards;
import dev.plimsoll.call.ConfigurationException;
import dev.plimsoll.console.gather.FakeConsole;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Who may look at several consoles, and what they cannot be: each error with its field, its rule and its value. */
final class GatheringDoorTest {

    private static final String TOKEN = "a token of 24 characters";
    private static final String OTHER = "another one, just as long";

    private final Guards guards = Guards.create(g -> g.logging(false));

    @AfterEach
    void close() {
        guards.close();
    }

    private static URI unused() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return URI.create("http://127.0.0.1:" + socket.getLocalPort() + "/");
        }
    }

    private static int status(HttpRequest.Builder request) throws IOException, InterruptedException {
        return Page.send(request.build()).statusCode();
    }

    @Test
    @DisplayName("With a token consoles are opened by it, and the page asks for it; it is in no address")
    void token_opensConsoles_andThePage() throws Exception {
        try (Console console = Console.start(guards, c -> c.service("orders").token(TOKEN));
                Gathering gathering = Gathering.start(List.of(console.address()), g -> g.token(TOKEN))) {
            assertThat(gathering.processes()).containsExactly("orders");
            URI detail = gathering.address().resolve("api/dependencies/orders:nobody");
            assertThat(gathering.address().toString()).doesNotContain("token");
            assertThat(status(HttpRequest.newBuilder(gathering.address()))).isEqualTo(200); // the page knows nothing
            assertThat(status(HttpRequest.newBuilder(detail))).isEqualTo(401);
            assertThat(status(HttpRequest.newBuilder(detail).header("Authorization", "Bearer " + OTHER)))
                    .isEqualTo(401);
            HttpResponse<String> login =
                    Page.send(HttpRequest.newBuilder(gathering.address().resolve("login"))
                            .header("Content-Type", "application/json")
                            .POST(BodyPublishers.ofString("{\"token\":\"" + TOKEN + "\"}"))
                            .build());
            assertThat(login.statusCode()).isEqualTo(204);
            String cookie =
                    login.headers().firstValue("Set-Cookie").orElseThrow().split(";", 2)[0];
            assertThat(status(HttpRequest.newBuilder(detail).header("Cookie", cookie)))
                    .isEqualTo(404);
        }
    }

    @Test
    @DisplayName("Each console may have a token of its own; without the right one it is named, and no token is")
    void tokens_ofSeveralConsoles() throws Exception {
        try (Console first = Console.start(guards, c -> c.service("orders").token(TOKEN));
                Console second = Console.start(guards, c -> c.service("stock").token(OTHER))) {
            List<URI> both = List.of(first.address(), second.address());
            try (Gathering gathering = Gathering.start(both, g -> g.token(TOKEN).tokenOf(second.address(), OTHER))) {
                assertThat(gathering.processes()).containsExactly("orders", "stock");
            }
            URI respelt = URI.create("HTTP://" + second.address().getAuthority()); // and without a slash
            try (Gathering gathering = Gathering.start(both, g -> g.token(TOKEN).tokenOf(respelt, OTHER))) {
                assertThat(gathering.processes()).containsExactly("orders", "stock");
            }
            assertThatThrownBy(() -> Gathering.start(both, g -> g.token(TOKEN)))
                    .isInstanceOf(IOException.class)
                    .hasMessage("token must be the one that the console asks for: " + second.address()
                            + " (it asks for another one)");
            assertThatThrownBy(() -> Gathering.start(both, g -> g))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining(first.address() + " (none was given)")
                    .hasMessageContaining(second.address() + " (none was given)");
        }
    }

    @Test
    @DisplayName("A page of another origin, or another name for this machine, is refused")
    void strangers_areRefused() throws Exception {
        try (Console console = Console.start(guards, 0);
                Gathering gathering = Gathering.start(List.of(console.address()), g -> g)) {
            URI deed = gathering.address().resolve("api/dependencies/x:prices/reset");
            HttpRequest.Builder foreign = HttpRequest.newBuilder(deed)
                    .header("Origin", "http://evil.example")
                    .header("Content-Type", "application/json");
            assertThat(status(foreign.POST(BodyPublishers.ofString("{}")))).isEqualTo(403);
            HttpRequest.Builder form = HttpRequest.newBuilder(deed).header("Content-Type", "text/plain");
            assertThat(status(form.POST(BodyPublishers.ofString("{}")))).isEqualTo(415);
            String rebound = RawRequest.send(
                    gathering.address().getPort(),
                    "GET /events HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n");
            assertThat(rebound).startsWith("HTTP/1.1 421");
        }
    }

    @Test
    @DisplayName("Everything that is wrong with the arguments is listed, and no secret is")
    void arguments_thatCannotWork_areListed() {
        List<URI> consoles = List.of(
                URI.create("ftp://x/"),
                URI.create("http://me:secret@x/"),
                URI.create("http://x/?token=1"),
                URI.create("http://x"),
                URI.create("http://X/#/d/prices"));
        assertThatThrownBy(() -> Gathering.start(
                        consoles,
                        g -> g.port(-1).token("short").replay(1).pages(0).tokenOf(URI.create("shop"), TOKEN)))
                .isInstanceOfSatisfying(
                        ConfigurationException.class,
                        wrong -> assertThat(wrong.problems())
                                .containsExactly(
                                        "URL must begin with http:// or https:// and name a host: 'ftp://x/'",
                                        "URL must have neither a user nor a query: (not shown)",
                                        "URL must have neither a user nor a query: 'http://x/?token=1'",
                                        "URL must not be given twice: http://x/",
                                        "port must be 0 to 65535: -1",
                                        "replay must be 100 to 100000: 1",
                                        "pages must be 1 to 1000: 0",
                                        "token must have at least 16 visible characters on one line, the first and last no blanks: (not shown)",
                                        "tokenOf must begin with http:// or https:// and name a host: 'shop'"));
        List<URI> many = Collections.nCopies(33, URI.create("http://x/"));
        assertThatThrownBy(() -> Gathering.start(many, g -> g)).hasMessageContaining("consoles must be 1 to 32: 33");
        assertThatThrownBy(() -> Gathering.start(List.of(), g -> g))
                .hasMessageContaining("consoles must be 1 to 32: 0");
    }

    @Test
    @DisplayName("Where nobody is there, each is named with what came of it")
    void consoles_thatAreNotThere_areNamed() throws Exception {
        List<URI> nobody = List.of(unused(), unused());
        assertThatThrownBy(() -> Gathering.start(nobody, g -> g))
                .isInstanceOf(IOException.class)
                .hasMessageContaining(
                        "URL must be that of a console that runs: " + nobody.get(0) + " (connection refused)")
                .hasMessageContaining(nobody.get(1) + " (connection refused)");
    }

    @Test
    @DisplayName("What is no console is named, also where another one is there")
    void somethingElse_isNamed() throws Exception {
        HttpServer other = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        other.createContext("/events", exchange -> {
            exchange.getResponseHeaders().set("Content-Type", "text/html");
            exchange.sendResponseHeaders(200, -1);
            exchange.close();
        });
        other.start();
        try (Console console = Console.start(guards, 0);
                FakeConsole silent = new FakeConsole(false, ": nothing\n\n");
                FakeConsole strange = new FakeConsole(false, "event: hello\ndata: {\"run\":\"7\"}\n\n")) {
            URI page = URI.create("http://127.0.0.1:" + other.getAddress().getPort() + "/");
            URI elsewhere = page.resolve("elsewhere");
            List<URI> all = List.of(console.address(), page, elsewhere, silent.address(), strange.address());
            assertThatThrownBy(() -> Gathering.start(all, g -> g))
                    .isInstanceOf(IOException.class)
                    .hasMessage(String.join(
                            "; ",
                            "URL must be that of a console: " + page + " (it answers with text/html)",
                            "URL must be that of a console: " + elsewhere + "/ (it answers 404)",
                            "URL must be that of a console: " + silent.address() + " (it ends without a word)",
                            "URL must be that of a console: " + strange.address()
                                    + " (it does not say which run it is)"));
        } finally {
            other.stop(0);
        }
    }

    @Test
    @DisplayName("Two URLs that lead to the same console are named")
    void sameConsoleTwice_isNamed() throws Exception {
        try (Console console = Console.start(guards, 0)) {
            URI byName = URI.create("http://localhost:" + console.address().getPort() + "/");
            assertThatThrownBy(() -> Gathering.start(List.of(console.address(), byName), g -> g))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("URL must not lead to the same console as another one: ")
                    .hasMessageContaining("(the same as http://");
        }
    }

    @Test
    @DisplayName("A port that is taken is said to be")
    void port_thatIsTaken_isSaidToBe() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                Console console = Console.start(guards, 0)) {
            assertThatThrownBy(() -> Gathering.start(List.of(console.address()), g -> g.port(taken.getLocalPort())))
                    .isInstanceOf(BindException.class);
        }
    }
}
