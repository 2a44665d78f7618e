package dev.plimsoll.fallback;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.plimsoll.call.ConfigurationException;
import dev.plimsoll.call.Rejection;
import dev.plimsoll.time.Breakdown;
import dev.plimsoll.time.VirtualTime;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What waits in a queue is done, in order, and not while it is refused. */
@NullUnmarked // nulls are values here
final class ReplayTest {

    private static final Duration PAUSE = Duration.ofSeconds(10);

    private final VirtualTime time = VirtualTime.create();
    private final MemoryLaterQueue queue = MemoryLaterQueue.create("orders", 100, 10_000);
    private final List<String> received = Collections.synchronizedList(new ArrayList<>());
    private volatile Exception failure;

    private void offer(int from, int to) {
        for (int i = from; i < to; i++) {
            queue.offer(Later.of("key-" + i, ""));
        }
    }

    private void receive(Queued queued) throws Exception {
        Exception now = failure;
        if (now != null && queued.item().key().equals("key-1")) {
            throw now;
        }
        received.add(queued.item().key());
    }

    private static Exception refusal(Duration retryAfter) {
        return new Rejection("orders", "circuit breaker", Rejection.Reason.CIRCUIT_OPEN, "OPEN", retryAfter.toNanos())
                .exception(false);
    }

    @Test
    @DisplayName("DG-1 a replay does what waits, in order, and stops at the first item that is refused")
    void run_whenRefused_stopsAndSaysWhen() {
        offer(0, 3);
        Replay replay = Replay.of(queue, this::receive, PAUSE, time);
        failure = refusal(Duration.ofSeconds(3));

        assertThat(replay.run()).isEqualTo(new ReplayReport(1, 2, failure, Duration.ofSeconds(3)));
        assertThat(queue.peek().item().key()).isEqualTo("key-1");
        failure = refusal(Duration.ZERO);
        assertThat(replay.run().nextIn()).isEqualTo(Duration.ofMillis(100));
        failure = new IOException("down");
        assertThat(replay.run()).isEqualTo(new ReplayReport(0, 2, failure, PAUSE));
        failure = null;
        assertThat(replay.run()).isEqualTo(new ReplayReport(2, 0, null, PAUSE));
        assertThat(received).containsExactly("key-0", "key-1", "key-2");
        assertThat(replay.last()).isEqualTo(new ReplayReport(2, 0, null, PAUSE));
    }

    @Test
    @DisplayName("DG-1 a refusal in a client's own exception is none of the failures after which an item is set aside")
    void run_whenRefusedByAClient_setsNothingAside() {
        offer(0, 2);
        List<String> aside = new ArrayList<>();
        Replay replay = Replay.of(queue, this::receive, PAUSE, time)
                .setAsideAfter(1, (item, why) -> aside.add(why.getMessage()));
        failure = new IOException("not sent", refusal(Duration.ofSeconds(3)));

        assertThat(replay.run()).isEqualTo(new ReplayReport(1, 1, failure, Duration.ofSeconds(3)));
        assertThat(aside).isEmpty();
    }

    @Test
    @DisplayName("DG-1 a replay that found no timer can be started again, at first and later")
    void start_whenThereWasNoTimer_beginsAgain() {
        offer(0, 1);
        Replay replay = Replay.of(queue, this::receive, PAUSE, time);
        Error noThread = new Error("unable to create native thread");
        Breakdown.of(time, noThread);
        assertThatThrownBy(replay::start).isSameAs(noThread);
        Breakdown.of(time, null);
        replay.start();
        Breakdown.of(time, noThread);
        time.advance(PAUSE);
        assertThat(received).containsExactly("key-0");
        offer(1, 2);
        Breakdown.of(time, null);
        replay.start();
        time.advance(Duration.ofMillis(1));
        assertThat(received).containsExactly("key-0", "key-1");
        replay.close();
    }

    @Test
    @DisplayName("DG-1 a replay that was started goes on by itself: when the refusal says, and after each pause")
    void start_goesOnByItself_untilClosed() {
        offer(0, 3);
        failure = refusal(Duration.ofSeconds(3));
        Replay replay = Replay.of(queue, this::receive, PAUSE, time);
        replay.start();
        replay.start();
        time.advance(Duration.ofMillis(1));
        assertThat(received).containsExactly("key-0");

        failure = null;
        time.advance(Duration.ofSeconds(2));
        assertThat(received).hasSize(1);
        time.advance(Duration.ofSeconds(1));
        assertThat(received).hasSize(3);

        offer(3, 4);
        time.advance(PAUSE);
        assertThat(received).hasSize(4);
        replay.close();
        offer(4, 5);
        time.advance(PAUSE.multipliedBy(3));
        assertThat(received).hasSize(4);
        assertThat(time.pendingTimers()).isZero();
        replay.start();
        assertThat(time.pendingTimers()).isZero();
    }

    @Test
    @DisplayName("DG-1 an item that fails again and again is set aside, if so configured; refusals do not count")
    void setAside_afterSoManyFailures_letsTheOthersPass() {
        offer(0, 3);
        List<String> aside = new ArrayList<>();
        Replay replay = Replay.of(queue, this::receive, PAUSE, time)
                .setAsideAfter(2, (item, why) -> aside.add(item.item().key() + " " + why.getMessage()));
        failure = refusal(Duration.ofSeconds(3));
        replay.run();
        replay.run();
        failure = new IOException("bad order");
        assertThat(replay.run().left()).isEqualTo(2);
        assertThat(aside).isEmpty();
        assertThat(replay.run()).isEqualTo(new ReplayReport(2, 0, null, PAUSE));
        assertThat(aside).containsExactly("key-1 bad order");
        assertThat(received).containsExactly("key-0", "key-2");
    }

    @Test
    @DisplayName("DG-1 an interruption or an Error of the receiver leaves the item where it is")
    void run_whenInterruptedOrBroken_keepsTheItem() {
        offer(0, 2);
        Replay replay = Replay.of(queue, this::receive, PAUSE, time);
        failure = new InterruptedException("stop");
        assertThat(replay.run().stoppedBy()).isSameAs(failure);
        assertThat(Thread.interrupted()).isTrue();

        Replay broken = Replay.of(
                queue,
                queued -> {
                    throw new AssertionError("broken");
                },
                PAUSE,
                time);
        assertThatThrownBy(broken::run).isInstanceOf(AssertionError.class);
        assertThat(queue.snapshot().items()).isEqualTo(1);
    }

    @Test
    @DisplayName("DG-1 one replay runs at a time; what is wrong with its set-up is said at once")
    void run_withinItself_doesNothing() {
        offer(0, 1);
        List<ReplayReport> inner = new ArrayList<>();
        Replay[] self = new Replay[1];
        self[0] = Replay.of(queue, queued -> inner.add(self[0].run()), PAUSE, time);
        assertThat(self[0].run().done()).isEqualTo(1);
        assertThat(inner).containsExactly(new ReplayReport(0, 1, null, PAUSE));
        assertThatThrownBy(() -> Replay.of(queue, this::receive, Duration.ZERO, time))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("pause must be longer than zero");
        assertThatThrownBy(() -> self[0].setAsideAfter(0, (item, why) -> {}))
                .hasMessageContaining("failures must be at least 1: 0");
    }
}
