package dev.plimsoll.http;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;

/** An answer made of what a test says. */
record Received<T>(
        int statusCode,
        HttpHeaders headers,
        T body,
        HttpRequest request,
        @Nullable HttpResponse<T> before) implements HttpResponse<T> {

    static final HttpRequest GET =
            HttpRequest.newBuilder(URI.create("http://localhost/")).build();

    static <T> Received<T> of(int status, T body) {
        return new Received<>(status, fields(), body, GET, null);
    }

    static Received<String> of(int status, HttpHeaders headers) {
        return new Received<>(status, headers, "", GET, null);
    }

    static Received<String> to(HttpRequest request, int status) {
        return new Received<>(status, fields(), "", request, null);
    }

    /** Header fields from names and values in turn. */
    static HttpHeaders fields(String... namesAndValues) {
        Map<String, List<String>> fields = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        for (int i = 0; i < namesAndValues.length; i += 2) {
            fields.merge(namesAndValues[i], List.of(namesAndValues[i + 1]), Received::joined);
        }
        return HttpHeaders.of(fields, (name, value) -> true);
    }

    private static List<String> joined(List<String> some, List<String> more) {
        String[] all = Arrays.copyOf(some.toArray(new String[0]), some.size() + 1);
        all[some.size()] = more.get(0);
        return List.of(all);
    }

    @Override
    public Optional<HttpResponse<T>> previousResponse() {
        return Optional.ofNullable(before);
    }

    @Override
    public Optional<SSLSession> sslSession() {
        return Optional.empty();
    }

    @Override
    public URI uri() {
        return request.uri();
    }

    @Override
    public HttpClient.Version version() {
        return HttpClient.Version.HTTP_1_1;
    }
}
