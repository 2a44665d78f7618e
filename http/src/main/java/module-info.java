import org.jspecify.annotations.NullMarked;

/** Adapters between Plimsoll and HTTP. */
@NullMarked
module dev.plimsoll.http {
    requires transitive dev.plimsoll.core;
    requires transitive java.net.http;
    requires static jakarta.servlet;
    requires static org.jspecify;

    exports dev.plimsoll.http;
    exports dev.plimsoll.http.servlet;
}
