package dev.plimsoll.limit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.plimsoll.call.Admission;
import dev.plimsoll.call.ConfigurationException;
import dev.plimsoll.call.Judgement;
import dev.plimsoll.time.VirtualTime;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** CB-12: a concurrency limit that changes while it is in use. */
final class LimitReconfigureTest {

    private final VirtualTime time = VirtualTime.create();
    private final ConcurrencyLimit limit =
            ConcurrencyLimit.create("prices", l -> l.aimd().within(1, 100).initial(10), time);

    /** Stays where it starts, and counts how often it does. */
    private record Own(AtomicInteger started, int limit) implements LimitAlgorithm {

        @Override
        public LimitAlgorithm startingAt(int start, int min, int max) {
            started.incrementAndGet();
            return new Own(started, start);
        }

        @Override
        public LimitAlgorithm next(LimitSample sample) {
            return this;
        }

        @Override
        public String name() {
            return "own";
        }

        @Override
        public String explain() {
            return "nothing";
        }
    }

    /** As many calls under way at once as may be, and a second later all is well. */
    private void grow() {
        ended(Judgement.SUCCESS);
    }

    /** The same, but the dependency was overloaded. */
    private void cut() {
        ended(Judgement.OVERLOAD);
    }

    private void ended(Judgement judgement) {
        Admission.Leave[] leaves = new Admission.Leave[limit.limit()];
        for (int i = 0; i < leaves.length; i++) {
            leaves[i] = (Admission.Leave) limit.enter();
        }
        time.advance(Duration.ofSeconds(1));
        for (Admission.Leave leave : leaves) {
            limit.settle(leave, judgement, time.precise(), 1_000_000, null);
        }
    }

    @Test
    @DisplayName(
            "CL-1 CB-12 a change describes all of it, as at creation; the user's initial is kept, the limit goes on")
    void change_startsFromTheDefaults() {
        grow();
        assertThat(limit.limit()).isEqualTo(11);

        limit.reconfigure(l -> l.vegas().initial(7));

        assertThat(limit.config())
                .isEqualTo(ConcurrencyLimitConfig.builder().vegas().initial(7).build());
        assertThat(limit.limit()).isEqualTo(11);
        assertThat(limit.snapshot().algorithm()).isEqualTo("vegas");
        limit.reconfigure(l -> l.aimd().within(1, 5).initial(5));
        assertThat(limit.limit()).isEqualTo(5);
    }

    @Test
    @DisplayName(
            "CL-1 CB-12 an equal configuration is no change: nothing that was learnt is lost, and no window begins")
    void equal_changesNothing() {
        grow();
        LimitAlgorithm[] before = {limit.config().algorithm()};
        String explained = limit.snapshot().toString();
        limit.reconfigure(l -> l.aimd().within(1, 100).initial(10));
        assertThat(limit.config().algorithm()).isSameAs(before[0]);
        assertThat(limit.snapshot()).hasToString(explained);
        limit.reconfigure(limit.config());
        assertThat(limit.limit()).isEqualTo(11);
    }

    @Test
    @DisplayName("CL-1 CA-4 what creation refuses a change refuses, an algorithm that does not start included")
    @NullUnmarked // what a caller that no compiler has checked may pass
    void wrong_changesNothing() {
        assertThatThrownBy(() -> limit.reconfigure(l -> l.within(1, 5)))
                .hasMessageContaining("initial must be within 1 and 5: 20");
        assertThatThrownBy(() -> limit.reconfigure(l -> l.algorithm(null)))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("algorithm must not be null");
        LimitAlgorithm nowhere = BrokenAlgorithm.nowhere();
        assertThatThrownBy(() -> limit.reconfigure(l -> l.algorithm(nowhere)))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("algorithm must start at 10: java.lang.NullPointerException");
        assertThatThrownBy(() -> ConcurrencyLimit.create("prices", l -> l.algorithm(nowhere), time))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("algorithm must start at 20");
        assertThat(limit.config().max()).isEqualTo(100);
        assertThat(limit.limit()).isEqualTo(10);
    }

    @Test
    @DisplayName("CL-1 CB-12 the user's function is asked once")
    void function_isAskedOnce() {
        AtomicInteger asked = new AtomicInteger();
        limit.reconfigure(l -> {
            asked.incrementAndGet();
            Admission.Leave leave = (Admission.Leave) limit.enter();
            limit.settle(leave, Judgement.OVERLOAD, time.precise(), 1, null);
            return l.aimd();
        });
        assertThat(asked).hasValue(1);
    }

    @Test
    @DisplayName("CL-1 CB-12 a cut that is made while the new algorithm starts is not undone: it starts from there")
    void cutWhileStarting_isKept() {
        AtomicInteger started = new AtomicInteger();
        limit.reconfigure(l -> l.algorithm(new SlowStarter(() -> {
                    if (started.incrementAndGet() == 1) {
                        cut();
                    }
                }))
                .within(1, 100));

        assertThat(started).hasValue(2);
        assertThat(limit.limit()).isEqualTo(9);
        assertThat(limit.snapshot().algorithm()).isEqualTo("aimd");
        assertThat(limit.config().algorithm()).isInstanceOf(SlowStarter.class);
        grow();
        grow();
        assertThat(limit.limit()).isEqualTo(10);
    }

    @Test
    @DisplayName("CL-1 CB-12 a cut that is made before what is prepared is in force holds, and is not counted again")
    void cutSincePrepared_isKept() {
        ConcurrencyLimitConfig next =
                ConcurrencyLimitConfig.builder().aimd().within(1, 50).build();
        Runnable step = limit.prepared(next);
        cut();
        step.run();

        assertThat(limit.config()).isEqualTo(next);
        assertThat(limit.limit()).isEqualTo(9);
        assertThat(limit.snapshot().dropped()).isEqualTo(10);
        grow();
        grow();
        assertThat(limit.limit()).isEqualTo(10);
    }

    @Test
    @DisplayName("CL-1 CB-12 so it does for an algorithm of the user's, which is not asked again")
    void cutSincePrepared_isKeptForOnesOwn() {
        AtomicInteger started = new AtomicInteger();
        Runnable step = limit.prepared(ConcurrencyLimitConfig.builder()
                .algorithm(new Own(started, 1))
                .within(1, 50)
                .build());
        cut();
        step.run();

        assertThat(limit.limit()).isEqualTo(9);
        assertThat(limit.snapshot().algorithm()).isEqualTo("own");
        assertThat(started).hasValue(1);
    }

    @Test
    @DisplayName("CL-1 CB-12 what has grown since does not change what is prepared")
    void growthSincePrepared_isLost() {
        Runnable step = limit.prepared(
                ConcurrencyLimitConfig.builder().aimd().within(1, 50).build());
        grow();
        assertThat(limit.limit()).isEqualTo(11);
        step.run();
        assertThat(limit.limit()).isEqualTo(10);
    }

    @Test
    @DisplayName("CL-1 CB-12 preparing what is in force already changes nothing, whatever has been learnt since")
    void equalSincePrepared_changesNothing() {
        Runnable step = limit.prepared(limit.config());
        cut();
        step.run();
        assertThat(limit.limit()).isEqualTo(9);
    }
}
