package dev.plimsoll;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofMinutes;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.plimsoll.call.Classifier;
import dev.plimsoll.call.ConfigurationException;
import dev.plimsoll.call.Event.Reconfigured;
import dev.plimsoll.call.Judgement;
import dev.plimsoll.call.Outcome;
import dev.plimsoll.hedge.Hedge;
import dev.plimsoll.time.VirtualTime;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Whether a classifier allows hedges is asked once, before anything is changed and before anybody is inside. */
final class ClassifierAskedOnceTest {

    /** Answers so often whether it allows hedges, and throws from then on. */
    private static final class Moody implements Classifier {

        private final int answers;
        private int asked;

        Moody(int answers) {
            this.answers = answers;
        }

        @Override
        public Judgement judge(Outcome outcome) {
            return Classifier.standard().judge(outcome);
        }

        @Override
        public boolean allowsHedges() {
            if (asked++ >= answers) {
                throw new IllegalStateException("not today");
            }
            return true;
        }
    }

    private static final String PROBLEM =
            "classifier must say whether it allows hedges: java.lang.IllegalStateException: not today";

    private final VirtualTime time = VirtualTime.create();
    private final Heard heard = new Heard();
    private final Guards guards = Guards.create(g -> g.time(time).logging(false).observer(heard));

    @AfterEach
    void close() {
        guards.close();
    }

    private static GuardBuilder limited(GuardBuilder guard) {
        return guard.circuitBreaker().rateLimiter(r -> r.permits(100).per(ofMinutes(1)));
    }

    private static GuardBuilder hedged(GuardBuilder guard, Classifier classifier) {
        return guard.rateLimiter(r -> r.permits(7).per(ofMinutes(1)))
                .hedge(Hedge.after(ofMillis(100)))
                .classifier(classifier);
    }

    private static int async(Guard guard) {
        return guard.callAsync(() -> CompletableFuture.completedFuture(1)).join();
    }

    @Test
    @DisplayName("CB-12 CA-4 HG-1 a guard whose new classifier does not say whether it allows hedges stays as it was")
    void reconfigure_whenItThrows_changesNothing() {
        Guard guard = guards.guard("prices", ClassifierAskedOnceTest::limited);
        String before = guard.describe();
        Object breaker = guard.circuitBreaker();

        assertThatExceptionOfType(ConfigurationException.class)
                .isThrownBy(() -> guard.reconfigure(g -> hedged(g, new Moody(0))))
                .satisfies(wrong -> assertThat(wrong.problems()).containsExactly(PROBLEM));

        assertThat(guard.describe()).isEqualTo(before);
        assertThat(guard.circuitBreaker()).isSameAs(breaker).isNotNull();
        assertThat(Objects.requireNonNull(guard.rateLimiter()).limit().permits())
                .isEqualTo(100);
        assertThat(heard.of(Reconfigured.class)).isEmpty();
        assertThat(guard.get(() -> 1)).isEqualTo(1);
        guard.reconfigure(g -> hedged(g, new Moody(1)));
        assertThat(guard.snapshot().hedges()).isPresent();
    }

    @Test
    @DisplayName("CB-12 CB-11 nor does it change the guards by key, those of keys to come included")
    void reconfigureOfKeys_whenItThrows_changesNothing() {
        KeyedGuards<String> hosts = guards.keyed("hosts", ClassifierAskedOnceTest::limited);
        assertThat(hosts.call("a", () -> 1)).isEqualTo(1);
        String before = hosts.describe();

        assertThatExceptionOfType(ConfigurationException.class)
                .isThrownBy(() -> hosts.reconfigure(g -> hedged(g, new Moody(0))))
                .satisfies(wrong -> assertThat(wrong.problems()).containsExactly(PROBLEM));

        assertThat(hosts.call("a", () -> 1)).isEqualTo(1);
        assertThat(hosts.call("b", () -> 2)).isEqualTo(2);
        assertThat(hosts.describe()).isEqualTo(before);
        assertThat(hosts.get("a").describe()).isEqualTo(hosts.get("b").describe());
        assertThat(heard.of(Reconfigured.class)).isEmpty();
    }

    @Test
    @DisplayName("CB-12 CB-11 it is asked once for all keys, so none of them can differ from the others")
    void keys_shareOneAnswer() {
        KeyedGuards<String> made = guards.keyed("made", g -> hedged(g, new Moody(1)));
        assertThat(async(made.get("a"))).isEqualTo(1);
        made.reconfigure(g -> hedged(g, new Moody(1)).bulkhead(2));

        assertThat(async(made.get("b"))).isEqualTo(1);
        assertThat(made.snapshots()).hasSize(2).allMatch(each -> each.hedges().isPresent());
    }

    @Test
    @DisplayName("CA-4 what cannot be made is not there afterwards, and a guard without a hedge does not ask")
    void creation_whenItThrows_makesNothing() {
        assertThatExceptionOfType(ConfigurationException.class)
                .isThrownBy(() -> guards.guard("prices", g -> hedged(g, new Moody(0))));
        assertThatExceptionOfType(ConfigurationException.class)
                .isThrownBy(() -> guards.keyed("hosts", g -> hedged(g, new Moody(0))));

        assertThat(guards.find("prices")).isEmpty();
        assertThat(guards.allKeyed()).isEmpty();
        assertThat(guards.guard("prices", g -> g.classifier(new Moody(0))).get(() -> 1))
                .isEqualTo(1);
    }

    @Test
    @DisplayName("CB-11 a view is asked when it is made, so no call goes inside of a key's guard and stays there")
    void view_isAskedBeforeTheCall() {
        KeyedGuards<String> hosts =
                guards.keyed("hosts", g -> g, k -> k.maximumSize(1).idleAfter(ofMinutes(1)));
        assertThatExceptionOfType(ConfigurationException.class)
                .isThrownBy(() -> hosts.get("a").judgedBy(new Moody(0)).get(() -> 1))
                .satisfies(wrong -> assertThat(wrong.problems()).containsExactly(PROBLEM));
        Guard view = hosts.get("a").judgedBy(new Moody(1));
        assertThat(view.get(() -> 1)).isEqualTo(1);

        hosts.reconfigure(g -> g.bulkhead(1));
        assertThat(view.get(() -> 2)).isEqualTo(2);
        time.advance(ofMinutes(3));
        assertThat(hosts.call("b", () -> 3)).isEqualTo(3);

        assertThat(hosts.snapshot("a")).isEmpty();
        assertThat(hosts.snapshot("b")).isPresent();
    }

    @Test
    @DisplayName("CB-11 a view that does not come to be leaves nobody inside: its key can go")
    void viewThatFails_leavesNobodyInside() {
        KeyedGuards<String> hosts =
                guards.keyed("hosts", g -> g, k -> k.maximumSize(1).idleAfter(ofMinutes(1)));
        assertThat(hosts.call("a", () -> 1)).isEqualTo(1);
        assertThatExceptionOfType(RuntimeException.class)
                .isThrownBy(() -> hosts.get("a").judgedBy(new Moody(0)).get(() -> 1));

        time.advance(ofMinutes(3));

        assertThat(hosts.call("b", () -> 1)).isEqualTo(1);
        assertThat(hosts.snapshot("a")).isEmpty();
    }
}
