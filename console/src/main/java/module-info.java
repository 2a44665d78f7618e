import org.jspecify.annotations.NullMarked;

/** The live page of a process, see {@link dev.plimsoll.console.Console}. */
@NullMarked
@SuppressWarnings("requires-automatic") // HdrHistogram has no module descriptor.
module dev.plimsoll.console {
    requires com.fasterxml.jackson.core;
    requires transitive dev.plimsoll.core;
    requires java.net.http;
    requires jdk.httpserver;
    requires HdrHistogram;
    requires static org.jspecify;

    exports dev.plimsoll.console;
}
