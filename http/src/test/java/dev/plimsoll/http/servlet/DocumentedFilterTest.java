package dev.plimsoll.http.servlet;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.plimsoll.call.RejectedException;
import dev.plimsoll.drain.Drain;
import dev.plimsoll.http.InboundEdge;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.FilterRegistration;
import jakarta.servlet.ServletContext;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** The examples of docs/http.md for services, compiled, run, and compared with the page. */
final class DocumentedFilterTest {

    private static final Path PAGE = Path.of("../docs/http.md");
    private static final Path SOURCE = Path.of("src/test/java/dev/plimsoll/http/servlet/DocumentedFilterTest.java");

    private static void setUp(ServletContext context, Drain drain) {
        // example: a filter
        InboundEdge edge = InboundEdge.create("orders");
        InboundFilter filter = InboundFilter.of(edge).drainedBy(drain); // without a drain: InboundFilter.of(edge)

        FilterRegistration.Dynamic plimsoll = context.addFilter("plimsoll", filter);
        plimsoll.setAsyncSupported(true);
        plimsoll.addMappingForUrlPatterns(EnumSet.of(DispatcherType.REQUEST, DispatcherType.ASYNC), false, "/*");
        // end of example
    }

    private static void handle(HttpExchange exchange, InboundEdge edge) throws IOException {
        // example: by hand
        try {
            edge.receive(exchange.getRequestHeaders()).run(() -> answer(exchange));
        } catch (RejectedException refused) {
            exchange.sendResponseHeaders(503, -1);
        }
        // end of example
    }

    private static void answer(HttpExchange exchange) throws IOException {
        exchange.sendResponseHeaders(200, -1);
    }

    private static int status(URI service, String remaining) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(service)
                .header("X-Deadline-Remaining", remaining)
                .build();
        return HttpClient.newHttpClient()
                .send(request, BodyHandlers.discarding())
                .statusCode();
    }

    @Test
    @DisplayName("DL-2 DR-1 the filter of the page does what it says")
    void filter_ofThePage_works() throws Exception {
        Drain drain = Drain.create("orders");
        try (ServletServer server = new ServletServer((request, response) -> {}, context -> setUp(context, drain))) {
            assertThat(status(server.uri("/"), "1H")).isEqualTo(200);
            assertThat(status(server.uri("/"), "0m")).isEqualTo(503);
            drain.start();
            assertThat(status(server.uri("/"), "1H")).isEqualTo(503);
        }
    }

    @Test
    @DisplayName("DL-2 the edge of the page does what it says")
    void edge_ofThePage_works() throws Exception {
        InboundEdge edge = InboundEdge.create("orders");
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            try (exchange) {
                handle(exchange, edge);
            }
        });
        server.start();
        try {
            URI uri = URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/");
            assertThat(status(uri, "1H")).isEqualTo(200);
            assertThat(status(uri, "0m")).isEqualTo(503);
        } finally {
            server.stop(0);
        }
    }

    @Test
    @DisplayName("The examples of the page are the ones that were compiled")
    void examples_areThoseOfThePage() throws Exception {
        String page = Files.readString(PAGE);
        String[] parts = Files.readString(SOURCE).split(" +// example: .*\n", -1);
        assertThat(parts).hasSize(3);
        for (int i = 1; i < parts.length; i++) {
            String example = parts[i].substring(0, parts[i].indexOf("        // end of example"));
            assertThat(page).contains("```java\n" + example.stripTrailing().stripIndent() + "\n```");
        }
    }
}
