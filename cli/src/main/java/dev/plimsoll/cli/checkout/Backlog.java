package dev.plimsoll.cli.checkout;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalInt;

/** How many connections may wait to be accepted: the kernel cuts what a server asks for, without a word. */
final class Backlog {
    private static final Path LIMIT = Path.of("/proc/sys/net/core/somaxconn");

    private Backlog() {}

    /** The kernel's limit; empty where it does not tell, as on anything but Linux. */
    static OptionalInt kernelLimit() {
        try {
            return OptionalInt.of(Integer.parseInt(Files.readString(LIMIT).strip()));
        } catch (IOException | NumberFormatException e) {
            return OptionalInt.empty();
        }
    }

    /** What the checkout server gets, in words. */
    static String describe(OptionalInt kernelLimit) {
        if (kernelLimit.isEmpty()) {
            return Settings.BACKLOG + " asked for, the kernel's limit is unknown";
        }
        int limit = kernelLimit.getAsInt();
        if (limit >= Settings.BACKLOG) {
            return Integer.toString(Settings.BACKLOG);
        }
        String capped = limit + ", the kernel's limit";
        return limit >= Settings.BACKLOG_NEEDED
                ? capped
                : capped + ", which is too low: the story needs " + Settings.BACKLOG_NEEDED
                        + " (sysctl -w net.core.somaxconn=" + Settings.BACKLOG + ")";
    }
}
