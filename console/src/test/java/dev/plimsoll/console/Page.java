package dev.plimsoll.console;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** An open page without a browser: reads the stream event by event, and waits for as long as that takes. */
final class Page implements AutoCloseable {

    private static final int PATIENCE = 30;
    private static final HttpClient CLIENT =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    private final BufferedReader lines;
    private final HttpResponse<java.io.InputStream> response;
    private String lastId = "";

    private Page(HttpResponse<java.io.InputStream> response) {
        this.response = response;
        this.lines = new BufferedReader(new InputStreamReader(response.body(), StandardCharsets.UTF_8));
    }

    /** What came: the kind, the id or nothing, and the data. */
    record Message(String kind, String id, String data) {}

    static Page open(URI console, @Nullable String lastId) throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(console.resolve("events"));
        if (lastId != null) {
            request.header("Last-Event-ID", lastId);
        }
        return new Page(CLIENT.send(request.build(), BodyHandlers.ofInputStream()));
    }

    static HttpResponse<String> send(HttpRequest request) throws IOException, InterruptedException {
        return CLIENT.send(request, BodyHandlers.ofString());
    }

    int status() {
        return response.statusCode();
    }

    /** The id of the last entry that has come. */
    String lastId() {
        return lastId;
    }

    /** Reads up to the first message that is wanted, but not for ever: an overview comes every second, if nothing else does. */
    Message until(Predicate<Message> wanted) {
        int overviews = 0;
        while (overviews < PATIENCE) {
            Message message = next();
            if (wanted.test(message)) {
                return message;
            }
            if (message.kind().equals("overview")) {
                overviews++;
            }
        }
        throw new AssertionError("what is wanted has not come");
    }

    Message next() {
        String kind = "";
        String id = "";
        StringBuilder data = new StringBuilder();
        try {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (line.isEmpty()) {
                    lastId = id.isEmpty() ? lastId : id;
                    return new Message(kind, id, data.toString());
                }
                int colon = line.indexOf(": ");
                String value = line.substring(colon + 2);
                switch (line.substring(0, colon)) {
                    case "event" -> kind = value;
                    case "id" -> id = value;
                    case "data" -> data.append(value);
                    default -> {}
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        throw new AssertionError("the stream has ended");
    }

    @Override
    public void close() throws IOException {
        response.body().close();
    }
}
