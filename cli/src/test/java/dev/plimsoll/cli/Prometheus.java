package dev.plimsoll.cli;

import dev.plimsoll.Rendezvous;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;

/** A real Prometheus in a process of its own, on a free port of the loopback; all its files are in one folder. */
final class Prometheus implements AutoCloseable {

    private static final Pattern LISTENS = Pattern.compile("msg=\"Listening on\" address=(\\S+)");

    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final Process process;
    private final Path output;
    private final String address;

    private Prometheus(Process process, Path output) {
        this.process = process;
        this.output = output;
        Rendezvous.await(() -> !process.isAlive() || listens().find(), "Prometheus listens");
        Matcher listens = listens();
        if (!listens.find()) {
            throw new AssertionError("Prometheus has ended:\n" + said());
        }
        this.address = "http://" + listens.group(1);
    }

    /** Ends the test as skipped where there is none. */
    static void isNeeded() {
        String path = Objects.requireNonNullElse(System.getenv("PATH"), "");
        boolean there = Stream.of(path.split(File.pathSeparator, -1))
                .anyMatch(folder -> Files.isExecutable(Path.of(folder, "prometheus")));
        Assumptions.assumeTrue(there, "there is no prometheus on the path: apt-get install prometheus");
    }

    /**
     * Starts one.
     *
     * @param folder has the rules
     * @param target what it scrapes, host and port
     */
    static Prometheus start(Path folder, String rules, String target) throws IOException {
        Files.writeString(folder.resolve("prometheus.yml"), """
            global: { scrape_interval: 200ms, evaluation_interval: 200ms }
            rule_files: [ "%s" ]
            scrape_configs:
              - job_name: shop
                static_configs: [ { targets: [ "%s" ] } ]
            """.formatted(rules, target));
        Path output = folder.resolve("prometheus.out");
        Process process = new ProcessBuilder(
                        "prometheus",
                        "--config.file=prometheus.yml",
                        "--storage.tsdb.path=data",
                        "--web.listen-address=127.0.0.1:0")
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        try {
            return new Prometheus(process, output);
        } catch (Throwable notUp) {
            process.destroyForcibly();
            throw notUp;
        }
    }

    private Matcher listens() {
        return LISTENS.matcher(said());
    }

    private String said() {
        try {
            return Files.readString(output);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Whether there is anything that a query finds. */
    boolean finds(String query) {
        URI uri = URI.create(address + "/api/v1/query?query=" + URLEncoder.encode(query, StandardCharsets.UTF_8));
        try {
            String answer = client.send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofString())
                    .body();
            if (!answer.startsWith("{\"status\":\"success\"")) {
                throw new AssertionError(query + ": " + answer);
            }
            return answer.contains("\"value\":");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Override
    public void close() {
        process.destroy();
        int unused = Rendezvous.exit(process);
    }
}
