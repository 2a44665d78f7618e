package dev.plimsoll.cli.overload;

import dev.plimsoll.time.Time;
import java.util.Arrays;
import java.util.function.Consumer;
import java.util.function.LongConsumer;

/**
 * Says when requests should be sent: at random, independently of each other and of how earlier ones fared (a Poisson
 * process), which is how many people behave who do not know of each other.
 *
 * <p>Its timetable does not wait for anything: what it hands over too late still carries the instant at which it should have
 * been sent.
 *
 * <p><b>Threading:</b> for one thread, which an interrupt stops.
 */
final class Generator {
    private static final double NANOS_PER_SECOND = 1e9;
    /* So that at thousands a second the sender is woken once a millisecond, and not for each. */
    private static final long BREATH = 1_000_000;
    private static final long PROGRESS = 5_000_000_000L;
    private static final double LEAST_OF_RATE = 0.1;

    private final Time time;
    private final Consumer<long[]> sender;
    private final double rate;

    /**
     * Prepares a generator.
     *
     * @param sender takes the instants at which requests should have been sent, each as soon as it has come
     * @param rate requests a second
     */
    Generator(Time time, Consumer<long[]> sender, double rate) {
        this.time = time;
        this.sender = sender;
        this.rate = rate;
    }

    /** Requests that become more, until there are as many as there should be at half of the time. */
    void grow(long from, long until) throws InterruptedException {
        offer(from, until, (until - from) / 2, elapsed -> {});
    }

    /** As many requests as there should be; {@code progress} hears now and then how long it has been. */
    void steady(long from, long until, LongConsumer progress) throws InterruptedException {
        offer(from, until, 0, progress);
    }

    private void offer(long from, long until, long growing, LongConsumer progress) throws InterruptedException {
        long told = from;
        long due = from + gap(0, growing);
        while (until - due > 0) {
            sleepUntil(due);
            long now = time.precise();
            long[] batch = new long[16];
            int size = 0;
            while (now - due >= 0 && until - due > 0) {
                if (size == batch.length) {
                    batch = Arrays.copyOf(batch, 2 * size);
                }
                batch[size++] = due;
                due += gap(due - from, growing);
            }
            sender.accept(Arrays.copyOf(batch, size));
            if (now - told >= PROGRESS) {
                told += PROGRESS;
                progress.accept(now - from);
            }
            sleepUntil(until - now > BREATH ? now + BREATH : until);
        }
        sleepUntil(until);
    }

    private long gap(long elapsed, long growing) {
        double share = elapsed < growing ? Math.max(LEAST_OF_RATE, (double) elapsed / growing) : 1;
        return (long) (-Math.log1p(-time.random()) * NANOS_PER_SECOND / (rate * share));
    }

    private void sleepUntil(long instant) throws InterruptedException {
        while (instant - time.precise() > 0) {
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
            time.parkUntil(this, instant);
        }
    }
}
