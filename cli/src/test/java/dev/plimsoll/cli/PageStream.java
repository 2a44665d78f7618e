package dev.plimsoll.cli;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** An open page without a browser: the lines of its stream, waited for for as long as they take. */
final class PageStream implements AutoCloseable {
    private static final int PATIENCE = 120;
    private static final HttpClient CLIENT =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    private final InputStream body;
    private final BufferedReader lines;
    private final List<String> passedOver = new ArrayList<>();

    private PageStream(InputStream body) {
        this.body = body;
        this.lines = new BufferedReader(new InputStreamReader(body, StandardCharsets.UTF_8));
    }

    static PageStream open(String address) throws IOException, InterruptedException {
        HttpRequest request =
                HttpRequest.newBuilder(URI.create(address).resolve("events")).build();
        HttpResponse<InputStream> answer = CLIENT.send(request, BodyHandlers.ofInputStream());
        if (answer.statusCode() != 200) {
            throw new AssertionError(address + " answers " + answer.statusCode());
        }
        return new PageStream(answer.body());
    }

    /**
     * The first line that has all of these in it, of those that were passed over and of those to come; not for ever, for an
     * overview comes every second.
     */
    String until(String... texts) throws IOException {
        Predicate<String> hasAll = line -> Stream.of(texts).allMatch(line::contains);
        Optional<String> earlier = passedOver.stream().filter(hasAll).findFirst();
        if (earlier.isPresent()) {
            passedOver.remove(earlier.get());
            return earlier.get();
        }
        int overviews = 0;
        for (String line = lines.readLine(); line != null && overviews < PATIENCE; line = lines.readLine()) {
            if (hasAll.test(line)) {
                return line;
            }
            passedOver.add(line);
            overviews += line.equals("event: overview") ? 1 : 0;
        }
        throw new AssertionError("The stream has no line with " + String.join(" and ", texts));
    }

    @Override
    public void close() throws IOException {
        body.close();
    }
}
