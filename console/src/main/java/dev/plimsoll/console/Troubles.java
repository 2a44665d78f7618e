package dev.plimsoll.console;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.plimsoll.GuardSnapshot;
import dev.plimsoll.breaker.BreakerSnapshot;
import dev.plimsoll.breaker.BreakerState;
import dev.plimsoll.call.Rejection.Reason;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** Why a dependency refuses at present: each reason for which it has refused something within the window. */
final class Troubles {

    private Troubles() {}

    /**
     * Of one guard. What its circuit refuses while it is not closed is left out: the circuit says itself why.
     *
     * @return by how much each refuses, the most first; the retry budget last, for who is not retried has failed already
     */
    static List<Trouble> of(GuardSnapshot guard, Traffic traffic) {
        return all(guard, traffic, isClosed(guard));
    }

    /** Whether it has no circuit that lets calls pass only in part, or unjudged. */
    static boolean isClosed(GuardSnapshot guard) {
        return guard.breaker().map(BreakerSnapshot::state).orElse(BreakerState.CLOSED) == BreakerState.CLOSED;
    }

    /**
     * Of the guards of many keys, each of which has its own mechanisms, so that no numbers of these are told.
     *
     * @param troubled whether there are keys whose circuit is not closed, and which say themselves why
     */
    static List<Trouble> ofKeys(GuardSnapshot shared, boolean troubled, Traffic traffic) {
        return all(ofNoKey(shared), traffic, !troubled);
    }

    /** What the guards of many keys have in common: none of the mechanisms, of which each has its own. */
    static GuardSnapshot ofNoKey(GuardSnapshot shared) {
        return new GuardSnapshot(
                shared.name(),
                shared.calls(),
                shared.counted(),
                shared.retries(),
                shared.budgetDenials(),
                shared.refusals(),
                shared.stalls(),
                shared.attemptTimeout(),
                shared.faults(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
    }

    private static List<Trouble> all(GuardSnapshot guard, Traffic traffic, boolean closed) {
        List<Trouble> troubles = new ArrayList<>(Arrays.stream(Reason.values())
                .filter(reason -> traffic.counted(Traffic.kind(reason)) > 0)
                .filter(reason -> closed || reason != Reason.CIRCUIT_OPEN)
                .sorted(Comparator.comparingLong(reason -> -traffic.counted(Traffic.kind(reason))))
                .map(reason -> refusing(guard, traffic, Traffic.kind(reason)).because(reason))
                .toList());
        if (traffic.counted(Traffic.DENIED) > 0) {
            troubles.add(refusing(guard, traffic, Traffic.DENIED).becauseOfItsBudget());
        }
        return troubles;
    }

    private static Refusing refusing(GuardSnapshot guard, Traffic traffic, int kind) {
        return new Refusing(guard, traffic.perSecond(kind), traffic.since(kind));
    }

    /** As the page reads it; nothing where there are none. */
    static void write(JsonGenerator json, List<Trouble> troubles) throws IOException {
        if (troubles.isEmpty()) {
            return;
        }
        json.writeArrayFieldStart("troubles");
        for (Trouble trouble : troubles) {
            json.writeStartObject();
            trouble.write(json);
            json.writeEndObject();
        }
        json.writeEndArray();
    }
}
