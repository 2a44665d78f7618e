package dev.plimsoll.bench.limits;

import dev.plimsoll.bulkhead.Bulkhead;
import dev.plimsoll.limit.ConcurrencyLimit;
import dev.plimsoll.limit.ConcurrencyLimitConfig;
import dev.plimsoll.time.Time;
import dev.plimsoll.time.VirtualTime;
import java.util.function.UnaryOperator;

/** What is compared in every scenario. */
enum Contender {
    NONE("none"),
    HALF("bulkhead, half the knee"),
    KNEE("bulkhead, at the knee"),
    DOUBLE("bulkhead, twice the knee"),
    AIMD("AIMD"),
    VEGAS("Vegas"),
    GRADIENT2("Gradient2"),
    ADAPTIVE("adaptive"),
    ADAPTIVE_SHARED("adaptive, `sharedBy(4)`"),
    PINNED("gradient with pinning");

    private static final String NAME = "server";
    private final String shown;

    Contender(String shown) {
        this.shown = shown;
    }

    String shown() {
        return shown;
    }

    /**
     * A new one, for one of the scenario's clients.
     *
     * @param seed for what it draws
     */
    Limit limit(Scenario scenario, long seed) {
        return switch (this) {
            case NONE -> Limit.none();
            case HALF -> bulkhead(scenario, 0.5);
            case KNEE -> bulkhead(scenario, 1);
            case DOUBLE -> bulkhead(scenario, 2);
            case AIMD -> limit(ConcurrencyLimitConfig.Builder::aimd, seed);
            case VEGAS -> limit(ConcurrencyLimitConfig.Builder::vegas, seed);
            case GRADIENT2 -> limit(ConcurrencyLimitConfig.Builder::gradient2, seed);
            case ADAPTIVE -> limit(ConcurrencyLimitConfig.Builder::adaptive, seed);
            case ADAPTIVE_SHARED -> limit(l -> l.adaptive(a -> a.sharedBy(4)), seed);
            case PINNED -> limit(l -> l.algorithm(PinnedGradient.start()), seed);
        };
    }

    private static Limit bulkhead(Scenario scenario, double times) {
        int size = (int) Math.max(1, Math.round(scenario.knee() * times / scenario.clients()));
        return Limit.of(Bulkhead.create(NAME, size), size);
    }

    private static Limit limit(UnaryOperator<ConcurrencyLimitConfig.Builder> configuration, long seed) {
        Time time = VirtualTime.create(seed);
        return Limit.of(ConcurrencyLimit.create(NAME, configuration, time));
    }
}
