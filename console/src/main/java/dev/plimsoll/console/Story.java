package dev.plimsoll.console;

import dev.plimsoll.breaker.BreakerState;
import dev.plimsoll.breaker.CircuitTransition;
import dev.plimsoll.bulkhead.WorkAbandoned;
import dev.plimsoll.call.Event;
import dev.plimsoll.call.Event.NoRetry;
import dev.plimsoll.call.Event.Reconfigured;
import dev.plimsoll.call.Event.RetryDenied;
import dev.plimsoll.call.HealthStatus;
import dev.plimsoll.degrade.LevelChanged;
import dev.plimsoll.failover.ReplicaChanged;
import dev.plimsoll.health.HealthChanged;
import dev.plimsoll.time.Time;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * An entry of the timeline, in words: what changed, where, and why.
 *
 * @param at the time of day
 * @param dependency where
 * @param kind what kind of change it is, for the page to filter by
 * @param tone how it is for the service
 * @param title what changed, in a few words
 * @param why the reason with its numbers
 */
record Story(Instant at, String dependency, Kind kind, Tone tone, String title, String why) {

    /** A reason may be somebody's error with a whole page in it. */
    private static final int LONGEST = 1_000;

    /** What kinds of change there are. */
    enum Kind {
        /** A circuit breaker went to another state. */
        CIRCUIT,
        /** An operator has done something on the page. */
        OPERATOR,
        /** A guard was configured anew. */
        CONFIGURATION,
        /** A retry budget has refused its first retry for a while. */
        BUDGET,
        /** Work outlives its caller. */
        BULKHEAD,
        /** A degradation level, a health source, a replica. */
        HEALTH,
        /** A dependency begins to refuse or to fail, or does so no more. */
        TROUBLE,
        /** A drain. */
        DRAIN,
        /** The process. */
        PROCESS
    }

    /** How a change is for the service. */
    enum Tone {
        /** Something is shut off, gone or unhealthy: red, as its badge and its box on the page. */
        BAD,
        /** Something does not do as it should, and goes on in part: amber. */
        IMPAIRED,
        /** Something is well again. */
        GOOD,
        /** Neither, or not yet known. */
        NEUTRAL;

        /** Whether it is red or amber. */
        boolean isWrong() {
            return this == BAD || this == IMPAIRED;
        }
    }

    /** What an event tells of what changed; null when it is about one call only. */
    static @Nullable Story of(Event event, Instant now) {
        if (event instanceof CircuitTransition circuit) {
            return of(circuit);
        }
        if (event instanceof Reconfigured anew) {
            return new Story(
                    anew.at(),
                    anew.dependency(),
                    Kind.CONFIGURATION,
                    Tone.NEUTRAL,
                    "configured anew",
                    String.join("; ", anew.changes()));
        }
        if (event instanceof RetryDenied denied && denied.why() == NoRetry.BUDGET_USED) {
            return new Story(
                    now,
                    denied.dependency(),
                    Kind.BUDGET,
                    Tone.IMPAIRED,
                    "retry budget used up",
                    "retries are refused so that an outage is not answered with a storm of them");
        }
        return ofOthers(event, now);
    }

    private static @Nullable Story ofOthers(Event event, Instant now) {
        if (event instanceof WorkAbandoned work) {
            String why = work.abandoned() + " abandoned by now; the last one's caller gave up "
                    + Time.words(work.after()) + " ago; its permit is " + (work.released() ? "given back" : "held");
            return new Story(now, work.dependency(), Kind.BULKHEAD, Tone.IMPAIRED, "work abandoned", why);
        }
        if (event instanceof LevelChanged level) {
            String title = level.from() + " → " + level.to();
            Tone tone = level.to().compareTo(level.from()) > 0 ? Tone.IMPAIRED : Tone.GOOD;
            return new Story(level.at(), level.dependency(), Kind.HEALTH, tone, title, level.reason());
        }
        if (event instanceof HealthChanged health) {
            String title = health.source() + ": " + health.from() + " → " + health.to();
            Tone tone = toneOf(health.to());
            return new Story(health.at(), health.dependency(), Kind.HEALTH, tone, title, health.reason());
        }
        if (event instanceof ReplicaChanged replica) {
            boolean away = replica.change() == ReplicaChanged.Change.EJECTED;
            String title = "replica " + replica.replica() + " " + words(replica.change());
            Tone tone = away ? Tone.IMPAIRED : Tone.NEUTRAL;
            return new Story(replica.at(), replica.dependency(), Kind.HEALTH, tone, title, replica.reason());
        }
        return null;
    }

    private static Tone toneOf(HealthStatus status) {
        return switch (status) {
            case HEALTHY -> Tone.GOOD;
            case DEGRADED -> Tone.IMPAIRED;
            case UNHEALTHY -> Tone.BAD;
            case UNKNOWN -> Tone.NEUTRAL;
        };
    }

    private static String words(ReplicaChanged.Change change) {
        return switch (change) {
            case JOINED -> "joined";
            case LEFT -> "left";
            case EJECTED -> "sent away";
            case RETURNED -> "is back";
        };
    }

    private static Story of(CircuitTransition circuit) {
        Tone tone = switch (circuit.to()) {
            case OPEN, FORCED_OPEN -> Tone.BAD;
            case CLOSED -> Tone.GOOD;
            case HALF_OPEN, DISABLED, METRICS_ONLY -> Tone.IMPAIRED;
        };
        String title = words(circuit.from()) + " → " + words(circuit.to());
        return new Story(circuit.at(), circuit.dependency(), Kind.CIRCUIT, tone, title, circuit.reason());
    }

    /** A state as the page spells it. */
    static String words(BreakerState state) {
        return state.name().replace('_', ' ');
    }

    /** As the page reads it. */
    String json(String run, long sequence) {
        return Json.object(json -> {
            json.writeStringField("run", run);
            json.writeNumberField("sequence", sequence);
            json.writeNumberField("at", at.toEpochMilli());
            json.writeStringField("dependency", dependency);
            json.writeStringField("kind", kind.name());
            json.writeStringField("tone", tone.name());
            json.writeStringField("title", Json.cut(title, LONGEST));
            json.writeStringField("why", Json.cut(why, LONGEST));
        });
    }
}
