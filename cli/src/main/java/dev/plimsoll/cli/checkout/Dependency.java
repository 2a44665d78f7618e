package dev.plimsoll.cli.checkout;

import java.time.Duration;
import java.util.Locale;

/** The services behind the checkout server, and how long each takes on a good day. */
enum Dependency {
    INVENTORY(Duration.ofMillis(5)),
    SHIPPING(Duration.ofMillis(5)),
    PAYMENT(Duration.ofMillis(20));

    private final Duration latency;

    Dependency(Duration latency) {
        this.latency = latency;
    }

    /** The guard's name, the server's thread name and, below the checkout server, the path. */
    String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    Duration latency() {
        return latency;
    }
}
