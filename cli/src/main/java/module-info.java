import org.jspecify.annotations.NullMarked;

/** The {@code plimsoll} program. */
@NullMarked
@SuppressWarnings("requires-automatic") // HdrHistogram has no module descriptor.
module dev.plimsoll.cli {
    requires com.fasterxml.jackson.core;
    requires dev.plimsoll.console;
    requires dev.plimsoll.core;
    requires dev.plimsoll.http;
    requires info.picocli;
    requires io.netty.codec.http2;
    requires io.netty.common;
    requires io.netty.transport;
    requires java.net.http;
    requires jdk.httpserver;
    requires HdrHistogram;
    requires static org.jspecify;

    // picocli fills the fields of commands.
    opens dev.plimsoll.cli to
            info.picocli;
    opens dev.plimsoll.cli.amplification to
            info.picocli;
    opens dev.plimsoll.cli.checkout to
            info.picocli;
    opens dev.plimsoll.cli.console to
            info.picocli;
    opens dev.plimsoll.cli.demo to
            info.picocli;
    opens dev.plimsoll.cli.flaky to
            info.picocli;
    opens dev.plimsoll.cli.option to
            info.picocli;
    opens dev.plimsoll.cli.overload to
            info.picocli;
    opens dev.plimsoll.cli.page to
            info.picocli;
    opens dev.plimsoll.cli.watch to
            info.picocli;
}
