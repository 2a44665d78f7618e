package dev.plimsoll.console;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.plimsoll.Rendezvous;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A headless Chromium, steered by its DevTools protocol; it sees nothing but the loopback address. */
final class Browser implements AutoCloseable {

    private static final JsonFactory JSON = new JsonFactory();

    private static final int PATIENCE_MILLIS = 20_000;
    private static final int MOST_LOADED = 1_000;

    private final Process process;
    private final Path profile;
    private final WebSocket socket;
    private final AtomicLong ids = new AtomicLong();
    private final List<Tab> tabs = new ArrayList<>();
    private final List<String> thrown = new CopyOnWriteArrayList<>();
    private final Map<Long, CompletableFuture<Map<String, Object>>> answers = new ConcurrentHashMap<>();

    private Browser(Process process, Path profile, URI address) {
        this.process = process;
        this.profile = profile;
        this.socket = HttpClient.newHttpClient()
                .newWebSocketBuilder()
                .buildAsync(address, new Messages())
                .join();
    }

    /** Where it is on this machine; empty when there is none. */
    static Optional<Path> installed() {
        return Arrays.stream(System.getenv().getOrDefault("PATH", "").split(":"))
                .flatMap(folder -> Stream.of("chromium", "chromium-browser", "google-chrome")
                        .map(name -> Path.of(folder, name)))
                .filter(Files::isExecutable)
                .findFirst();
    }

    static Browser start() throws IOException {
        Path profile = Files.createTempDirectory("plimsoll-browser");
        Process process = new ProcessBuilder(
                        installed().orElseThrow().toString(),
                        "--headless=new",
                        "--no-sandbox",
                        "--disable-gpu",
                        "--disable-dev-shm-usage",
                        "--disable-background-networking",
                        "--no-first-run",
                        "--host-resolver-rules=MAP evil.example 127.0.0.1, MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
                        "--remote-debugging-port=0",
                        "--user-data-dir=" + profile,
                        "about:blank")
                .redirectErrorStream(true)
                .start();
        BufferedReader said =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        for (String line = said.readLine(); line != null; line = said.readLine()) {
            if (line.startsWith("DevTools listening on ")) {
                Thread drain = new Thread(() -> readOn(said), "browser-output");
                drain.setDaemon(true);
                drain.start();
                return new Browser(process, profile, URI.create(line.substring("DevTools listening on ".length())));
            }
        }
        throw new IOException("the browser did not start");
    }

    /** Else it would stand still when the pipe is full. */
    private static void readOn(BufferedReader said) {
        try {
            while (said.readLine() != null) {
                // what it says is of no interest
            }
        } catch (IOException e) {
            // it was closed
        }
    }

    /** A page in it, in front of the others. */
    Tab open(String address) {
        return open(address, "");
    }

    /**
     * A page in it, in front of the others.
     *
     * @param before run in it before anything else
     */
    Tab open(String address, String before) {
        Map<String, Object> made = call(null, "Target.createTarget", Map.of("url", "about:blank"));
        String target = (String) Objects.requireNonNull(made.get("targetId"));
        Map<String, Object> attached = call(null, "Target.attachToTarget", Map.of("targetId", target, "flatten", true));
        Tab tab = new Tab((String) Objects.requireNonNull(attached.get("sessionId")), target);
        tab.call("Page.enable", Map.of());
        tab.call("Runtime.enable", Map.of());
        tab.call("Page.addScriptToEvaluateOnNewDocument", Map.of("source", before));
        tab.call("Page.bringToFront", Map.of());
        tabs.add(tab);
        tab.go(address);
        return tab;
    }

    /** Shuts all pages. */
    void closeTabs() {
        List.copyOf(tabs).forEach(Tab::close);
    }

    /** What scripts of pages have thrown and nobody caught, since this was asked last. */
    List<String> thrown() {
        List<String> all = List.copyOf(thrown);
        thrown.clear();
        return all;
    }

    /** One page. */
    final class Tab {

        private final String session;
        private final String target;

        Tab(String session, String target) {
            this.session = session;
            this.target = target;
        }

        private void call(String method, Map<String, Object> parameters) {
            Map<String, Object> unused = Browser.this.call(session, method, parameters);
        }

        void go(String address) {
            call("Page.navigate", Map.of("url", address));
        }

        /** Shuts it. */
        void close() {
            tabs.remove(this);
            Map<String, Object> unused = Browser.this.call(null, "Target.closeTarget", Map.of("targetId", target));
        }

        /** The value of an expression; of a promise when it is fulfilled. */
        @Nullable
        Object value(String script) {
            Map<String, Object> answer = Browser.this.call(
                    session,
                    "Runtime.evaluate",
                    Map.of("expression", script, "awaitPromise", true, "returnByValue", true));
            if (answer.containsKey("exceptionDetails")) {
                throw new AssertionError(script + "\n" + answer.get("exceptionDetails"));
            }
            return ((Map<?, ?>) Objects.requireNonNull(answer.get("result"))).get("value");
        }

        /** What is to be read there, with plain spaces. */
        String text(String selector) {
            return String.valueOf(value("document.querySelector('" + selector + "')?.innerText"))
                    .replace('\u00a0', ' ');
        }

        /** Waits until an expression is true, but not for ever; survives that the page is loaded anew meanwhile. */
        void until(String condition) {
            String look = "new Promise(done => { const end = performance.now() + " + PATIENCE_MILLIS
                    + "; const look = () => { let is = false; try { is = " + condition + "; } catch (e) { is = false; }"
                    + " if (is || performance.now() > end) done(!!is); else setTimeout(look, 20); }; look(); })";
            for (int loaded = 0; loaded < MOST_LOADED; loaded++) {
                try {
                    if (!Boolean.TRUE.equals(value(look))) {
                        throw new AssertionError("never true: " + condition + ", on the page:\n" + text("body"));
                    }
                    return;
                } catch (IllegalStateException loadedAnew) {
                    // the promise has gone with the page it was of
                }
            }
            throw new AssertionError("the page is gone, or loaded again and again: " + condition);
        }

        /** How long it has had the processor, whoever else wants it. */
        double busyMillis() {
            call("Performance.enable", Map.of("timeDomain", "threadTicks"));
            Map<String, Object> answer = Browser.this.call(session, "Performance.getMetrics", Map.of());
            for (Object metric : (List<?>) Objects.requireNonNull(answer.get("metrics"))) {
                Map<String, Object> named = map(metric);
                if ("TaskDuration".equals(named.get("name"))) {
                    return 1_000 * ((Number) Objects.requireNonNull(named.get("value"))).doubleValue();
                }
            }
            throw new IllegalStateException("the browser does not measure it");
        }

        void size(int width, int height, boolean dark) {
            call(
                    "Emulation.setDeviceMetricsOverride",
                    Map.of("width", width, "height", height, "deviceScaleFactor", 1, "mobile", false));
            Map<String, Object> feature = Map.of("name", "prefers-color-scheme", "value", dark ? "dark" : "light");
            call("Emulation.setEmulatedMedia", Map.of("features", List.of(feature)));
        }

        /** Where it is, from the next page that it loads on. */
        void zone(String id) {
            call("Emulation.setTimezoneOverride", Map.of("timezoneId", id));
        }

        void screenshot(Path file) throws IOException {
            Map<String, Object> shot = Browser.this.call(session, "Page.captureScreenshot", Map.of("format", "png"));
            Files.createDirectories(file.toAbsolutePath().getParent());
            Files.write(file, Base64.getDecoder().decode((String) shot.get("data")));
        }
    }

    private Map<String, Object> call(@Nullable String session, String method, Map<String, Object> parameters) {
        long id = ids.incrementAndGet();
        CompletableFuture<Map<String, Object>> answer = new CompletableFuture<>();
        answers.put(id, answer);
        Map<String, Object> message = new LinkedHashMap<>();
        message.put("id", id);
        message.put("method", method);
        message.put("params", parameters);
        if (session != null) {
            message.put("sessionId", session);
        }
        socket.sendText(written(message), true).join();
        Map<String, Object> got = answered(method, answer);
        if (got.containsKey("error")) {
            throw new IllegalStateException(method + ": " + got.get("error"));
        }
        return map(got.get("result"));
    }

    /** A page that can do nothing, for no connection is left to it say, must fail its test and not keep it for ever. */
    private static Map<String, Object> answered(String method, Future<Map<String, Object>> answer) {
        try {
            return Rendezvous.get(answer);
        } catch (ExecutionException broken) {
            throw new IllegalStateException(method, broken.getCause());
        }
    }

    @SuppressWarnings("unchecked")
    private static Map<String, Object> map(@Nullable Object read) {
        return read == null ? Map.of() : (Map<String, Object>) read;
    }

    private final class Messages implements WebSocket.Listener {

        private final StringBuilder message = new StringBuilder();

        @Override
        public @Nullable CompletionStage<?> onText(WebSocket from, CharSequence data, boolean last) {
            message.append(data);
            if (last) {
                Map<String, Object> read = map(read(message.toString()));
                message.setLength(0);
                if ("Runtime.exceptionThrown".equals(read.get("method"))) {
                    thrown.add(String.valueOf(read.get("params")));
                }
                if (read.get("id") instanceof Long id) {
                    CompletableFuture<Map<String, Object>> waiting = answers.remove(id);
                    if (waiting != null) {
                        boolean unused = waiting.complete(read);
                    }
                }
            }
            from.request(1);
            return null;
        }

        @Override
        public void onError(WebSocket from, Throwable error) {
            answers.values().forEach(waiting -> waiting.completeExceptionally(error));
        }
    }

    private static String written(Object value) {
        if (value instanceof Map<?, ?> members) {
            List<String> all = new ArrayList<>();
            members.forEach((name, member) -> all.add(written(String.valueOf(name)) + ":" + written(member)));
            return "{" + String.join(",", all) + "}";
        }
        if (value instanceof List<?> elements) {
            return "["
                    + String.join(",", elements.stream().map(Browser::written).toList()) + "]";
        }
        return value instanceof String text
                ? "\""
                        + new String(com.fasterxml.jackson.core.io.JsonStringEncoder.getInstance()
                                .quoteAsString(text)) + "\""
                : String.valueOf(value);
    }

    private static @Nullable Object read(String text) {
        try (JsonParser json = JSON.createParser(text)) {
            return read(json, json.nextToken());
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private static @Nullable Object read(JsonParser json, JsonToken token) throws IOException {
        switch (token) {
            case START_OBJECT -> {
                Map<String, @Nullable Object> members = new LinkedHashMap<>();
                while (json.nextToken() != JsonToken.END_OBJECT) {
                    String name = json.currentName();
                    members.put(name, read(json, json.nextToken()));
                }
                return members;
            }
            case START_ARRAY -> {
                List<@Nullable Object> elements = new ArrayList<>();
                for (JsonToken next = json.nextToken(); next != JsonToken.END_ARRAY; next = json.nextToken()) {
                    elements.add(read(json, next));
                }
                return elements;
            }
            case VALUE_NUMBER_INT -> {
                return json.getLongValue();
            }
            case VALUE_NUMBER_FLOAT -> {
                return json.getDoubleValue();
            }
            case VALUE_TRUE -> {
                return true;
            }
            case VALUE_FALSE -> {
                return false;
            }
            case VALUE_STRING -> {
                return json.getText();
            }
            default -> {
                return null;
            }
        }
    }

    @Override
    public void close() throws IOException {
        socket.abort();
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
        boolean unused = process.onExit().join().isAlive();
        try (Stream<Path> files = Files.walk(profile)) {
            files.sorted(Comparator.reverseOrder()).map(Path::toFile).forEach(java.io.File::delete);
        }
    }
}
