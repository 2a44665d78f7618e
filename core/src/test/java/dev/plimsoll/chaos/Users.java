package dev.plimsoll.chaos;

import dev.plimsoll.call.Classifier;
import dev.plimsoll.call.ContextCarrier;
import dev.plimsoll.call.Event;
import dev.plimsoll.call.Judgement;
import dev.plimsoll.call.Observer;
import dev.plimsoll.call.Outcome;
import dev.plimsoll.call.Repeat;
import dev.plimsoll.call.Verdict;
import dev.plimsoll.chaos.Dependency.Broken;
import dev.plimsoll.chaos.Dependency.Full;
import java.time.Duration;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Code of a user's that throws now and then, as long as there are faults: classifier, observer, carrier, taker of what is late. */
final class Users implements Classifier, Observer, ContextCarrier {

    private final SplittableRandom random;
    private final int oneIn;
    private boolean faulty = true;
    private int lateResults;

    /** One object: a set-up tells functions apart by identity. */
    final Consumer<@Nullable Object> late = new Late();

    Users(SplittableRandom random) {
        this.random = random;
        this.oneIn = random.nextInt(3) == 0 ? Integer.MAX_VALUE : 10 + random.nextInt(50);
    }

    /** From now on none of it throws. */
    void calmDown() {
        faulty = false;
    }

    int lateResults() {
        return lateResults;
    }

    private void maybeThrow(String who) {
        if (faulty && random.nextInt(oneIn) == 0) {
            if (random.nextInt(4) == 0) {
                throw new Broken(who);
            }
            throw new IllegalStateException("broken " + who);
        }
    }

    @Override
    public Judgement judge(Outcome outcome) {
        maybeThrow("classifier");
        if (outcome.error() instanceof Full full) {
            return full.secondsToWait == 0
                    ? Judgement.OVERLOAD
                    : Judgement.OVERLOAD.withRetryAfter(Duration.ofSeconds(full.secondsToWait));
        }
        return "bad".equals(outcome.value())
                ? Judgement.of(Verdict.FAILURE, Repeat.NEVER)
                : Classifier.standard().judge(outcome);
    }

    @Override
    public void on(Event event) {
        maybeThrow("observer");
    }

    @Override
    public Snapshot capture() {
        maybeThrow("carrier");
        return () -> {
            maybeThrow("carrier that opens");
            return () -> maybeThrow("carrier that closes");
        };
    }

    @Override
    public String toString() {
        return "the user's code";
    }

    private final class Late implements Consumer<@Nullable Object> {

        @Override
        public void accept(@Nullable Object value) {
            lateResults++;
            maybeThrow("taker of what is late");
        }

        @Override
        public String toString() {
            return "the user's taker";
        }
    }
}
