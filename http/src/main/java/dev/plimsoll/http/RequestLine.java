package dev.plimsoll.http;

import java.net.URI;
import java.net.http.HttpRequest;

/** Names a request in messages without its secrets: no user, no query, no fragment, no parameters of the path. */
final class RequestLine {

    private static final int LONGEST_PATH = 200;

    private RequestLine() {}

    /**
     * The method and where it goes.
     *
     * @param request any request
     * @return such as "GET http://localhost:8080/prices"
     */
    static String of(HttpRequest request) {
        return request.method() + " " + bare(request.uri());
    }

    private static String bare(URI uri) {
        String authority = uri.getRawAuthority();
        String host = authority == null ? "" : authority.substring(authority.lastIndexOf('@') + 1);
        String path = uri.getRawPath() == null ? "" : uri.getRawPath().replaceAll(";[^/]*", "");
        String shortened = path.length() <= LONGEST_PATH ? path : path.substring(0, LONGEST_PATH) + "…";
        return uri.getScheme() + "://" + host + shortened;
    }
}
