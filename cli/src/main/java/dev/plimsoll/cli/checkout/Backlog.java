package dev.plimsoll.cli.checkout;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalInt;

/** How many connections may wait to be accepted: the kernel cuts what a server asks for, without a word. */
final class Backlog {
    private static final Path LIMIT = Path.of("/proc/sys/net/core/somaxconn");
    private static final int LONGEST = 64;

    private Backlog() {}

    /** The kernel's limit; empty where it does not tell, as on anything but Linux. */
    static OptionalInt kernelLimit() {
        // One read: files of the kernel have no size to go by, and some kernels give only the first read an answer.
        try (InputStream in = Files.newInputStream(LIMIT)) {
            String text = new String(in.readNBytes(LONGEST), StandardCharsets.US_ASCII);
            return OptionalInt.of(Integer.parseInt(text.strip()));
        } catch (IOException | NumberFormatException e) {
            return OptionalInt.empty();
        }
    }

    /** What the checkout server gets, in words. */
    static String describe(OptionalInt kernelLimit) {
        if (kernelLimit.isEmpty()) {
            return Settings.BACKLOG + " asked for (the kernel's limit is unknown)";
        }
        int limit = kernelLimit.getAsInt();
        return limit < Settings.BACKLOG ? limit + " (the kernel's limit)" : Integer.toString(Settings.BACKLOG);
    }

    /** What to say when the kernel does not give what the story needs; empty when it does. */
    static Optional<String> warning(OptionalInt kernelLimit) {
        return kernelLimit.isPresent() && kernelLimit.getAsInt() < Settings.BACKLOG_NEEDED
                ? Optional.of("The kernel caps the accept backlog at %d, below %d: sysctl -w net.core.somaxconn=%d"
                        .formatted(kernelLimit.getAsInt(), Settings.BACKLOG_NEEDED, Settings.BACKLOG))
                : Optional.empty();
    }
}
