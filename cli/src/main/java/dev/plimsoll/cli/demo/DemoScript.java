package dev.plimsoll.cli.demo;

import dev.plimsoll.breaker.BreakerState;
import dev.plimsoll.breaker.CircuitTransition;
import dev.plimsoll.call.Event;
import dev.plimsoll.call.Observer;
import dev.plimsoll.cli.flaky.FlakyServer;
import dev.plimsoll.time.Time;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;

/**
 * What happens to the service: it is well, fails, and is healed while the circuit is open. When it is healed depends on
 * the guard, of which the script hears as an observer, so that it fits on a machine of any speed.
 *
 * <p><b>Threading:</b> {@link #play} belongs to one thread, {@link #on} to any.
 */
final class DemoScript implements Observer {
    private static final double SHARE_OF_GOOD_TIMES = 0.3;
    private static final Duration HEALED_AFTER_OPENING = Duration.ofSeconds(2);

    private final Time time;
    private final FlakyServer server;
    private final Consumer<String> say;
    private final Duration length;
    private volatile CountDownLatch opened = new CountDownLatch(1);

    /**
     * A script that was not begun yet.
     *
     * @param length how long the whole demonstration takes
     * @param say told what the service is doing
     */
    DemoScript(Time time, FlakyServer server, Duration length, Consumer<String> say) {
        this.time = time;
        this.server = server;
        this.say = say;
        this.length = length;
    }

    @Override
    public void on(Event event) {
        if (event instanceof CircuitTransition transition && transition.to() == BreakerState.OPEN) {
            opened.countDown();
        }
    }

    /**
     * Plays once, up to the end of its length; may be played again after that.
     *
     * @throws InterruptedException when the thread is interrupted
     */
    void play() throws InterruptedException {
        long start = time.precise();
        say.accept("answers 200");
        time.sleep((long) (length.toNanos() * SHARE_OF_GOOD_TIMES));
        CountDownLatch opening = new CountDownLatch(1);
        opened = opening;
        server.fail();
        say.accept("answers 500: somebody has sent POST /fail");
        opening.await();
        time.sleep(HEALED_AFTER_OPENING);
        server.recover();
        say.accept("answers 200 again: somebody has sent POST /recover");
        time.sleep(length.toNanos() - (time.precise() - start));
    }
}
