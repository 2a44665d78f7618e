package dev.plimsoll.console;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.Map;

/** The page itself: seven files that know nothing of this process, and may be seen by anybody. */
final class Assets {

    private final Map<String, Asset> byPath = new LinkedHashMap<>();

    /** Reads them all. */
    Assets() {
        add("/", "console.html", "text/html; charset=utf-8");
        add("/console.css", "console.css", "text/css; charset=utf-8");
        add("/console.svg", "console.svg", "image/svg+xml");
        add("/stream.js", "stream.js", "text/javascript; charset=utf-8");
        add("/cards.js", "cards.js", "text/javascript; charset=utf-8");
        add("/detail.js", "detail.js", "text/javascript; charset=utf-8");
        add("/console.js", "console.js", "text/javascript; charset=utf-8");
    }

    /** A file and what it is. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Asset(String type, byte[] bytes) {}

    private void add(String path, String file, String type) {
        try (InputStream in = Assets.class.getResourceAsStream(file)) {
            if (in == null) {
                throw new AssertionError(file + " is missing in the module");
            }
            byPath.put(path, new Asset(type, in.readAllBytes()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    Map<String, Asset> byPath() {
        return byPath;
    }
}
