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
 * <p><b>Threading:</b> {@link #run} belongs to one thread, {@link #on} to any.
 */
final class DemoScript implements Observer {
    private static final double SHARE_OF_GOOD_TIMES = 0.3;
    private static final Duration HEALED_AFTER_OPENING = Duration.ofSeconds(2);

    private final CountDownLatch opened = new CountDownLatch(1);
    private final Time time;
    private final FlakyServer server;
    private final Consumer<String> say;
    private final Duration goodTimes;

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
        this.goodTimes = Duration.ofMillis((long) (length.toMillis() * SHARE_OF_GOOD_TIMES));
    }

    @Override
    public void on(Event event) {
        if (event instanceof CircuitTransition transition && transition.to() == BreakerState.OPEN) {
            opened.countDown();
        }
    }

    /** Plays until the service is healed; an interrupt ends it early. */
    void run() {
        try {
            say.accept("answers 200");
            time.sleep(goodTimes);
            server.fail();
            say.accept("answers 500: somebody has sent POST /fail");
            opened.await();
            time.sleep(HEALED_AFTER_OPENING);
            server.recover();
            say.accept("answers 200 again: somebody has sent POST /recover");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
