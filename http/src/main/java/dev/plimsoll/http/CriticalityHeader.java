package dev.plimsoll.http;

import dev.plimsoll.call.Criticality;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What {@code X-Criticality} says: CRITICAL, NORMAL or SHEDDABLE, in any case.
 *
 * <p><b>Threading:</b> stateless.
 */
final class CriticalityHeader {

    static final String NAME = "X-Criticality";

    private CriticalityHeader() {}

    /** The value of a request that is sent now; empty where nobody has said how much its work matters. */
    static Optional<String> toSend() {
        return Criticality.inForce().map(Criticality::name);
    }

    /** Reads a value; null when it is none of the three. */
    static @Nullable Criticality read(String value) {
        String said = value.strip().toUpperCase(Locale.ROOT);
        for (Criticality each : Criticality.values()) {
            if (each.name().equals(said)) {
                return each;
            }
        }
        return null;
    }
}
