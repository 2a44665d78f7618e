package dev.plimsoll.architecture.planted.retry;

import dev.plimsoll.architecture.planted.call.KnowsAMechanism;
import java.time.Instant;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;

/** Does each thing that only time may do, and one that all may. */
public final class ReadsClocks {
    private ReadsClocks() {}

    static long readsTheClock() {
        return System.nanoTime();
    }

    static LongSupplier refersToTheClock() {
        return System::currentTimeMillis;
    }

    static Instant readsTheDate() {
        return Instant.now();
    }

    static void parks() {
        LockSupport.park();
    }

    static int drawsANumber() {
        return ThreadLocalRandom.current().nextInt();
    }

    static void mayDoThis() {
        Thread.onSpinWait();
    }

    static Class<?> mayKnowTheVocabulary() {
        return KnowsAMechanism.class;
    }
}
