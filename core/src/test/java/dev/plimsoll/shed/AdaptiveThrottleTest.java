package dev.plimsoll.shed;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.plimsoll.Rendezvous;
import dev.plimsoll.call.Admission;
import dev.plimsoll.call.ConfigurationException;
import dev.plimsoll.call.Judgement;
import dev.plimsoll.call.Permit;
import dev.plimsoll.call.Rejection;
import dev.plimsoll.call.Repeat;
import dev.plimsoll.call.Verdict;
import dev.plimsoll.time.VirtualTime;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The throttle, by its formula and against a model of a dependency that takes on so much and no more. */
final class AdaptiveThrottleTest {

    private final VirtualTime time = VirtualTime.create();
    private final AdaptiveThrottle throttle = AdaptiveThrottle.create("prices", s -> s, time);

    private void settle(Admission.Leave leave, Verdict verdict) {
        throttle.settle(leave, Judgement.of(verdict, Repeat.NEVER), 0, 0, null);
    }

    /** So many calls that all end in the same way; gives back how many were let through. */
    private int calls(int many, Verdict verdict) {
        int sent = 0;
        for (int i = 0; i < many; i++) {
            if (throttle.enter() instanceof Admission.Leave leave) {
                sent++;
                settle(leave, verdict);
            }
        }
        return sent;
    }

    @ParameterizedTest
    @EnumSource(names = {"SUCCESS", "FAILURE", "IGNORED", "NOT_RUN"})
    @DisplayName("AT-1 as long as nobody is told that the dependency is full, nothing is held back")
    void allGood_holdsNothingBack(Verdict verdict) {
        assertThat(calls(5_000, verdict)).isEqualTo(5_000);
        for (int i = 0; i < 5_000; i++) {
            assertThat(throttle.enter()).isInstanceOf(Admission.Leave.class); // all of them under way
        }
        assertThat(throttle.snapshot().probability()).isZero();
        assertThat(throttle.explain()).startsWith("prices: holds nothing back: ");
    }

    @Test
    @DisplayName("AT-1 p is (requests - K · accepts) / (requests + 1), with SUCCESS and FAILURE as accepts")
    void probability_isThatOfTheFormula() {
        calls(20, Verdict.SUCCESS);
        calls(10, Verdict.FAILURE);
        assertThat(calls(30, Verdict.OVERLOAD)).isEqualTo(30); // up to K times the accepts nothing is held back
        assertThat(throttle.snapshot()).isEqualTo(new ThrottleSnapshot("prices", 60, 30, 30, 0, 0));
        calls(40, Verdict.OVERLOAD);
        ThrottleSnapshot now = throttle.snapshot();
        assertThat(now.requests()).isEqualTo(100);
        assertThat(now.probability()).isCloseTo((100 - 2 * 30) / 101.0, within(1e-12));
        assertThat(now.refused()).isPositive();
        assertThat(now.overloads()).isEqualTo(70 - now.refused());
        assertThat(throttle.explain())
                .isEqualTo("prices: holds back 40 % of the calls: 100 asked for within 30 s, 30 accepted, "
                        + now.overloads() + " told that it is full");
    }

    @Test
    @DisplayName("AT-1 requests count at dispatch: those under way count before anybody knows how they end")
    void requests_countAtDispatch() {
        calls(10, Verdict.SUCCESS);
        calls(1, Verdict.OVERLOAD);
        for (int i = 0; i < 9; i++) {
            assertThat(throttle.enter()).isInstanceOf(Admission.Leave.class);
        }
        assertThat(throttle.snapshot().probability()).isZero();
        Admission next = throttle.enter();
        assertThat(next).isInstanceOf(Admission.Leave.class);
        assertThat(throttle.snapshot().probability()).isCloseTo(1 / 22.0, within(1e-12));
        settle((Admission.Leave) next, Verdict.NOT_RUN);
        assertThat(throttle.snapshot().requests()).isEqualTo(20);
        assertThat(throttle.snapshot().probability()).isZero();
    }

    @Test
    @DisplayName("AT-1 at most 90 % are held back, few requests are never, and the window forgets")
    void probability_isBounded() {
        assertThat(calls(9, Verdict.OVERLOAD)).isEqualTo(9);
        calls(5_000, Verdict.OVERLOAD);
        assertThat(throttle.snapshot().probability()).isEqualTo(0.9);
        Rejection refusal = null;
        while (refusal == null) {
            refusal = throttle.enter() instanceof Rejection rejection ? rejection : null;
        }
        assertThat(refusal.reason()).isEqualTo(Rejection.Reason.THROTTLED);
        assertThat(refusal.retryAfter()).isEmpty();
        assertThat(refusal.detail()).isEqualTo("it says that it is full, so 90 % of the calls are held back");
        time.advance(ofSeconds(31));
        assertThat(calls(100, Verdict.SUCCESS)).isEqualTo(100);
        calls(1, Verdict.OVERLOAD);
        assertThat(throttle.snapshot().probability()).isZero();
    }

    @Test
    @DisplayName(
            "AT-1 a dependency at a tenth of what is asked for gets about K times that, and everything when it recovers")
    void dependency_getsAboutKTimesWhatItAccepts() {
        int sent = 0;
        for (int step = 0; step < 6_000; step++) {
            time.advance(ofMillis(10));
            for (int i = 0; i < 10; i++) {
                if (throttle.enter() instanceof Admission.Leave leave) {
                    settle(leave, i == step % 10 ? Verdict.SUCCESS : Verdict.OVERLOAD);
                    sent += step >= 3_000 ? 1 : 0;
                }
            }
        }
        // Of ten, the one that would be accepted is held back as often as the others: accepts are a tenth of what is
        // sent.
        assertThat(sent / 30_000.0).isBetween(0.09, 0.12);

        for (int step = 0; step < 3_000; step++) {
            time.advance(ofMillis(20));
            calls(10, Verdict.SUCCESS);
        }
        assertThat(throttle.snapshot().probability()).isZero();
        assertThat(calls(100, Verdict.SUCCESS)).isEqualTo(100);
    }

    @Test
    @DisplayName("AT-1 in a steady state the dependency turns away about K - 1 for each that it accepts")
    void steadyState_wastesKMinusOne() {
        int accepted = 0;
        int sent = 0;
        for (int step = 0; step < 600; step++) {
            time.advance(ofMillis(100));
            int room = 10; // of 100 that are asked for
            for (int i = 0; i < 100; i++) {
                if (throttle.enter() instanceof Admission.Leave leave) {
                    boolean taken = room-- > 0;
                    settle(leave, taken ? Verdict.SUCCESS : Verdict.OVERLOAD);
                    sent += step >= 400 ? 1 : 0;
                    accepted += taken && step >= 400 ? 1 : 0;
                }
            }
        }
        assertThat(accepted).isBetween(1_990, 2_000);
        assertThat(sent / (double) accepted).isBetween(1.8, 2.2);
    }

    @Test
    @DisplayName("AT-1 an overload that is counted while the window is found empty is not missed")
    void overload_whileOthersLook_isNotMissed() {
        Rendezvous.threads(8, () -> {
            for (int i = 0; i < 300; i++) {
                calls(10, Verdict.OVERLOAD);
            }
        });
        assertThat(throttle.snapshot().probability()).isEqualTo(0.9);
    }

    @Test
    @DisplayName("AT-1 a permit by hand settles by verdict; who is held back gets none")
    void permitByHand() {
        try (Permit permit = throttle.tryEnter()) {
            assertThat(permit).isNotNull();
            assertThat(permit != null && permit.settle(Verdict.OVERLOAD)).isTrue();
        }
        calls(1_000, Verdict.OVERLOAD);
        boolean refused = false;
        for (int i = 0; i < 100; i++) {
            refused |= throttle.tryEnter() == null;
        }
        assertThat(refused).isTrue();
        assertThat(throttle.name()).isEqualTo("prices");
        assertThat(throttle.clock()).isEqualTo(time.coarse());
        assertThat(throttle.toString()).startsWith("ThrottleSnapshot[name=prices");
        assertThat(throttle.settings()).isEqualTo(Throttling.defaults());
    }

    @Test
    @DisplayName("AT-1 the window must be longer than the timeout; everything that is wrong is said at once")
    void wrongSettings_areRefused() {
        assertThatThrownBy(() ->
                        AdaptiveThrottle.create("a", s -> s.over(ofSeconds(5)).attemptTimeout(ofSeconds(5))))
                .hasMessageContaining("over must be longer than the attempt timeout of PT5S: PT5S");
        assertThat(AdaptiveThrottle.create("a", s -> s.over(ofSeconds(5)).attemptTimeout(ofMillis(4_999)))
                        .settings()
                        .over())
                .isEqualTo(ofSeconds(5));
        assertThatThrownBy(() -> AdaptiveThrottle.create(
                        "no name",
                        s -> s.k(1).over(ofMillis(999))
                                .minimumRequests(0)
                                .mostRefused(1)
                                .attemptTimeout(ofMillis(-1))))
                .isInstanceOfSatisfying(
                        ConfigurationException.class,
                        e -> assertThat(e.problems())
                                .containsExactly(
                                        "name must match [A-Za-z0-9._-]{1,64}: \"no name\"",
                                        "k must be above 1 and at most 100: 1",
                                        "over must be 1 s to one hour: PT0.999S",
                                        "minimumRequests must be at least 1: 0",
                                        "mostRefused must be above 0 and at most 0.99: 1",
                                        "attemptTimeout must not be negative: PT-0.001S"));
    }

    @Test
    @DisplayName(
            "AT-1 CB-12 reconfigured while in use, it goes on from the share it holds back, until its new window has passed")
    void reconfigure_goesOn() {
        calls(100, Verdict.OVERLOAD);
        double before = throttle.snapshot().probability();
        assertThat(before).isGreaterThan(0.5);
        Admission.Leave held = null;
        while (held == null) {
            held = throttle.enter() instanceof Admission.Leave leave ? leave : null;
        }
        double now = throttle.snapshot().probability();

        throttle.reconfigure(s -> s.over(ofSeconds(60)));

        assertThat(throttle.settings().over()).isEqualTo(ofSeconds(60));
        assertThat(throttle.snapshot().probability()).isEqualTo(now);
        long requests = throttle.snapshot().requests();
        settle(held, Verdict.NOT_RUN);
        assertThat(throttle.snapshot().requests()).isEqualTo(requests - 1);
        throttle.reconfigure(s -> s.over(ofSeconds(60)).mostRefused(0.1));
        assertThat(throttle.snapshot().probability()).isEqualTo(0.1);
        time.advance(ofSeconds(59));
        assertThat(throttle.snapshot().probability()).isEqualTo(0.1);
        time.advance(ofSeconds(1));
        assertThat(throttle.snapshot().probability()).isZero();
        assertThat(throttle.snapshot().requests()).isZero();
    }

    @Test
    @DisplayName("AT-1 CA-4 a change describes all of it; one that is wrong changes nothing, nor does an equal one")
    void reconfigure_whenWrongOrEqual_changesNothing() {
        calls(100, Verdict.OVERLOAD);
        ThrottleSnapshot before = throttle.snapshot();
        assertThatThrownBy(() -> throttle.reconfigure(s -> s.k(1))).hasMessageContaining("k must be above 1");
        throttle.reconfigure(s -> s);
        assertThat(throttle.snapshot()).isEqualTo(before);
        throttle.reconfigure(s -> s.k(7));
        throttle.reconfigure(s -> s.minimumRequests(3));
        assertThat(throttle.settings()).isEqualTo(Throttling.defaults().minimumRequests(3));
    }
}
