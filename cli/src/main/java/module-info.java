import org.jspecify.annotations.NullMarked;

/** The {@code plimsoll} program. */
@NullMarked
@SuppressWarnings("requires-automatic") // HdrHistogram has no module descriptor.
module dev.plimsoll.cli {
    requires com.fasterxml.jackson.core;
    requires dev.plimsoll.core;
    requires dev.plimsoll.http;
    requires info.picocli;
    requires HdrHistogram;
    requires static org.jspecify;

    opens dev.plimsoll.cli to
            info.picocli;
}
