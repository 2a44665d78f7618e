package dev.plimsoll.failover;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.plimsoll.Guard;
import dev.plimsoll.Guards;
import dev.plimsoll.Rendezvous;
import dev.plimsoll.call.Classifier;
import dev.plimsoll.call.ConfigurationException;
import dev.plimsoll.call.Deadline;
import dev.plimsoll.call.Event;
import dev.plimsoll.call.Judgement;
import dev.plimsoll.call.RejectedException;
import dev.plimsoll.call.Rejection;
import dev.plimsoll.call.TimeoutExceededException;
import dev.plimsoll.time.Time;
import dev.plimsoll.time.VirtualTime;
import java.io.IOException;
import java.net.ConnectException;
import java.nio.channels.ClosedByInterruptException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** FO-1 primary and backups: who is asked, after what, and what the caller gets; by both forms with the same scripts. */
final class FailoverTest {

    private final VirtualTime time = VirtualTime.create();
    private final List<String> asked = new ArrayList<>();
    private final List<Event> events = new ArrayList<>();
    private final Site east = new Site("east", asked);
    private final Site west = new Site("west", asked);
    private final Site north = new Site("north", asked);

    private Failover<Site> failover(UnaryOperator<FailoverBuilder<Site>> more) {
        Failover<Site> failover = Failover.create(
                "prices",
                f -> more.apply(f.primary("east", east).backup("west", west).backup("north", north)),
                time);
        failover.observe(events::add);
        return failover;
    }

    private static RejectedException refusal(String by) {
        return new Rejection(by, "circuit breaker", Rejection.Reason.CIRCUIT_OPEN, "open", Rejection.UNKNOWN)
                .exception(false);
    }

    @ParameterizedTest
    @EnumSource
    @DisplayName("FO-1 a primary that is well is the only one that is asked, and nothing is told")
    void call_whenPrimaryAnswers_asksNobodyElse(Site.Form form) throws Throwable {
        Failover<Site> prices = failover(f -> f);
        assertThat(form.answer(prices)).isEqualTo(new TargetAnswer<>("east", "east", 1));
        assertThat(asked).containsExactly("east");
        assertThat(events).isEmpty();
        assertThat(prices.snapshot().targets().get(0)).isEqualTo(new FailoverSnapshot.Target("east", 1, 0, 0));
    }

    @ParameterizedTest
    @EnumSource
    @DisplayName(
            "FO-1 CA-8 it goes on after a refusal and after what may be repeated, says who answered, and returns to the"
                    + " primary by itself")
    void call_whenPrimaryRefusesAndBackupFails_asksTheNext(Site.Form form) throws Throwable {
        Failover<Site> prices = failover(f -> f);
        east.error = refusal("east");
        west.error = new IOException("reset");
        assertThat(form.answer(prices)).isEqualTo(new TargetAnswer<>("north", "north", 3));
        assertThat(events)
                .containsExactly(
                        new FailedOver("prices", "north", List.of("east", "west"), List.of(east.error, west.error)));
        east.error = null;
        assertThat(form.ask(prices)).isEqualTo("east");
        assertThat(asked).containsExactly("east", "west", "north", "east");
        assertThat(events).hasSize(1);
        assertThat(prices.snapshot().targets().get(1)).isEqualTo(new FailoverSnapshot.Target("west", 0, 1, 0));
    }

    @ParameterizedTest
    @EnumSource
    @DisplayName("FO-1 CA-3 RT-7 when nobody answers the caller gets the last real failure, with the others suppressed")
    void call_whenAllFail_throwsTheLastRealError(Site.Form form) {
        Failover<Site> prices = failover(f -> f);
        east.error = new IOException("first");
        IOException last = new IOException("second");
        west.error = last;
        north.error = refusal("north");
        assertThat(catchThrowable(() -> form.ask(prices))).isSameAs(last);
        assertThat(last.getSuppressed()).containsExactly(east.error, north.error);
        assertThat(events)
                .containsExactly(new FailedOver(
                        "prices",
                        null,
                        List.of("east", "west", "north"),
                        List.of(east.error, west.error, north.error)));
        for (int i = 0; i < 5; i++) {
            east.error = new IOException("again " + i);
            assertThat(catchThrowable(() -> form.ask(prices))).isSameAs(last);
        }
        assertThat(last.getSuppressed()).hasSize(3);
    }

    @ParameterizedTest
    @EnumSource
    @DisplayName("FO-1 when all refuse the caller gets the last refusal")
    void call_whenAllRefuse_throwsTheLastRefusal(Site.Form form) {
        east.error = refusal("east");
        west.error = refusal("west");
        north.error = refusal("north");
        assertThat(catchThrowable(() -> form.ask(failover(f -> f)))).isSameAs(north.error);
    }

    @ParameterizedTest
    @EnumSource
    @DisplayName("FO-1 RT-2 an interruption and a cancellation end the call, whatever the classifier says")
    void call_whenInterrupted_endsWhateverIsSaid(Site.Form form) {
        Failover<Site> prices =
                failover(f -> f.classifier(Classifier.standard().judging(Exception.class, Judgement.TRANSIENT)));
        for (Exception end : List.of(
                new InterruptedException(), new ClosedByInterruptException(), new CancellationException("stop"))) {
            asked.clear();
            east.error = end;
            assertThat(catchThrowable(() -> form.ask(prices))).isSameAs(end);
            assertThat(asked).containsExactly("east");
        }
    }

    @ParameterizedTest
    @EnumSource
    @DisplayName("FO-1 what is not named, must not be repeated, is cancelled or an Error ends the call where it is")
    void call_whenFailureMustNotBeRepeated_endsThere(Site.Form form) {
        Failover<Site> prices = failover(f ->
                f.classifier(Classifier.standard().judging(IllegalArgumentException.class, Judgement.CALLERS_MISTAKE)));
        for (Throwable error : List.of(
                new IllegalStateException("bug"),
                new IllegalArgumentException("wrong"),
                new CancellationException("stop"),
                new AssertionError("broken"))) {
            asked.clear();
            east.error = error;
            assertThat(catchThrowable(() -> form.ask(prices))).isSameAs(error);
            assertThat(asked).containsExactly("east");
        }
        assertThat(events).isEmpty();
        assertThat(prices.snapshot().targets().get(0).ended()).isEqualTo(4);
    }

    @ParameterizedTest
    @EnumSource
    @DisplayName("FO-1 nonIdempotent: only what surely was not reached is passed over; failOverOn names more")
    void call_byItsSettings_goesOnOrNot(Site.Form form) throws Throwable {
        east.error = new IOException("reset");
        assertThat(catchThrowable(() -> form.ask(failover(f -> f.nonIdempotent()))))
                .isSameAs(east.error);
        east.error = new ConnectException("nobody there");
        assertThat(form.ask(failover(f -> f.nonIdempotent()))).isEqualTo("west");
        east.error = new IllegalStateException("not the leader");
        UnaryOperator<FailoverBuilder<Site>> named = f -> f.failOverOn(e -> e instanceof IllegalStateException);
        assertThat(form.ask(failover(named))).isEqualTo("west");
        assertThat(catchThrowable(() -> form.ask(failover(f -> named.apply(f).nonIdempotent()))))
                .isSameAs(east.error);
        UnaryOperator<FailoverBuilder<Site>> broken = f -> f.failOverOn(e -> {
            throw new IllegalStateException("broken predicate");
        });
        assertThat(catchThrowable(() -> form.ask(failover(broken)))).isSameAs(east.error);
    }

    @ParameterizedTest
    @EnumSource
    @DisplayName(
            "FO-1 a value that is judged bad leads to the next one too; of nothing but bad ones the last is returned")
    void call_whenValueIsBad_asksTheNext(Site.Form form) throws Throwable {
        Failover<Site> prices = failover(f ->
                f.classifier(Classifier.standard().judgingResults(String.class, "bad"::equals, Judgement.TRANSIENT)));
        east.value = "bad";
        assertThat(form.answer(prices)).isEqualTo(new TargetAnswer<>("west", "west", 2));
        west.value = "bad";
        north.error = refusal("north");
        assertThat(form.answer(prices)).isEqualTo(new TargetAnswer<>("bad", "west", 3));
    }

    @ParameterizedTest
    @EnumSource
    @DisplayName("FO-1 DL-1 nobody is asked after the deadline: refused before the first, else the last failure")
    void call_whenTimeIsUp_asksNobody(Site.Form form) {
        Failover<Site> prices = failover(f -> f);
        Throwable refused = catchThrowable(() -> under(Duration.ZERO, () -> form.ask(prices)));
        assertThat(refused)
                .isInstanceOfSatisfying(
                        RejectedException.class,
                        e -> assertThat(e.reason()).isEqualTo(Rejection.Reason.DEADLINE_EXPIRED));
        assertThat(asked).isEmpty();
        Failover<Runnable> slow = Failover.create(
                "slow",
                f -> f.primary("a", () -> time.advance(Duration.ofSeconds(2))).backup("b", () -> asked.add("b")),
                time);
        IOException late = new IOException("late");
        Throwable thrown = catchThrowable(() -> under(
                Duration.ofSeconds(1),
                () -> form == Site.Form.BLOCKING
                        ? slow.<String, Exception>call(site -> {
                            site.run();
                            throw late;
                        })
                        : slow.<String>callAsync(site -> {
                                    site.run();
                                    return CompletableFuture.failedFuture(late);
                                })
                                .handle((value, error) -> {
                                    throw new CompletionException(error);
                                })
                                .join()));
        assertThat(thrown instanceof CompletionException ? thrown.getCause() : thrown)
                .isSameAs(late);
        assertThat(asked).isEmpty();
    }

    private interface Asking {
        Object ask() throws Throwable;
    }

    private void under(Duration span, Asking asking) throws Exception {
        Deadline.in(time, span).run(() -> {
            try {
                Object unused = asking.ask();
            } catch (Exception | Error e) {
                throw e;
            } catch (Throwable e) {
                throw new AssertionError(e);
            }
        });
    }

    @Test
    @DisplayName("FO-1 who was interrupted gets what there is, and nobody else is asked")
    void call_whenInterrupted_asksNobodyElse() {
        east.error = new IOException("closed by interrupt");
        Thread.currentThread().interrupt();
        assertThat(catchThrowable(() -> failover(f -> f).call(Site::ask))).isSameAs(east.error);
        assertThat(Thread.interrupted()).isTrue();
        assertThat(asked).containsExactly("east");
    }

    @Test
    @DisplayName("FO-1 RT-6 asynchronous: cancelling the future cancels the stage under way, and nobody else is asked")
    void callAsync_whenCancelled_cancelsTheStage() {
        Map<String, CompletableFuture<String>> stages = new LinkedHashMap<>();
        Failover<Site> prices = failover(f -> f);
        CompletableFuture<String> answer = prices.callAsync(site -> {
            CompletableFuture<String> stage = new CompletableFuture<>();
            stages.put(site.name, stage);
            return stage;
        });
        Objects.requireNonNull(stages.get("east")).completeExceptionally(new IOException("reset"));
        assertThat(stages.keySet()).containsExactly("east", "west");
        assertThat(answer.cancel(true)).isTrue();
        assertThat(stages.get("west")).isCancelled();
        assertThat(stages.keySet()).containsExactly("east", "west");
        assertThat(events).isEmpty();
    }

    @Test
    @DisplayName(
            "FO-1 asynchronous: a stage is waited for no longer than the deadline, and then cancelled; no timer stays")
    void callAsync_whenDeadlinePasses_timesOut() throws Exception {
        Failover<Site> prices = failover(f -> f);
        CompletableFuture<String> stage = new CompletableFuture<>();
        List<CompletableFuture<String>> answers = new ArrayList<>();
        Deadline.in(time, Duration.ofSeconds(1))
                .run(() -> answers.add(prices.callAsync(site -> {
                    asked.add(site.name);
                    return stage;
                })));
        time.advance(Duration.ofSeconds(1));
        assertThatThrownBy(() -> Rendezvous.get(answers.get(0))).hasCauseInstanceOf(TimeoutExceededException.class);
        assertThat(stage).isCancelled();
        assertThat(asked).containsExactly("east");
        assertThat(time.pendingTimers()).isZero();
    }

    @ParameterizedTest
    @EnumSource
    @DisplayName(
            "FO-1 CA-8 each behind its own guard: while the primary's circuit is open its calls go to the backup at once,"
                    + " and back when a probe has succeeded")
    void call_throughGuards_followsTheBreaker(Site.Form form) throws Throwable {
        try (Guards guards = Guards.create(g -> g.time(time).logging(false))) {
            Guard eastern = guards.guard("east", g -> g.circuitBreaker(b -> b.workshop()));
            Guard western = guards.guard("west", g -> g.circuitBreaker());
            record Behind(Guard guard, Site site) {}
            Failover<Behind> prices = Failover.create(
                    "prices",
                    f -> f.primary("east", new Behind(eastern, east)).backup("west", new Behind(western, west)),
                    time);
            Asking ask = () -> form == Site.Form.BLOCKING
                    ? prices.<String, Exception>call(
                            b -> b.guard().call(() -> b.site().ask()))
                    : prices.<String>callAsync(
                                    b -> b.guard().callAsync(() -> b.site().askAsync()))
                            .join();
            east.error = new IOException("down");
            for (int i = 0; i < 5; i++) {
                assertThat(ask.ask()).isEqualTo("west");
            }
            assertThat(asked.stream().filter("east"::equals)).hasSize(3);
            east.error = null;
            assertThat(ask.ask()).isEqualTo("west");
            time.advance(Duration.ofSeconds(5));
            assertThat(ask.ask()).isEqualTo("east");
        }
    }

    @Test
    @DisplayName("FO-1 CB-12 another configuration while in use: who stays keeps its counts, and the changes are told")
    void reconfigure_changesTheTargets() throws Exception {
        Failover<Site> prices = failover(f -> f);
        assertThat(prices.call(Site::ask)).isEqualTo("east");
        prices.reconfigure(f -> f.primary("east", east).backup("west", west).backup("north", north));
        assertThat(events).isEmpty();
        prices.reconfigure(f -> f.primary("west", west)
                .backup("east", new Site("new east", asked))
                .nonIdempotent());
        assertThat(prices.call(Site::ask)).isEqualTo("west");
        assertThat(prices.snapshot().targets())
                .containsExactly(
                        new FailoverSnapshot.Target("west", 1, 0, 0), new FailoverSnapshot.Target("east", 1, 0, 0));
        assertThat(events)
                .containsExactly(new Event.Reconfigured(
                        "prices",
                        List.of(
                                "targets: [east, west, north] -> [west, east]",
                                "target east: another client",
                                "nonIdempotent: false -> true"),
                        time.wall()));
        assertThatThrownBy(() -> prices.reconfigure(f -> f)).isInstanceOf(ConfigurationException.class);
        assertThat(prices).hasToString("prices: west → east");
    }

    @Test
    @DisplayName("FO-1 CA-4 what is wrong with a set-up is said at once, with field, rule and value")
    void create_whenWrong_saysAll() {
        assertThatThrownBy(() -> Failover.<Site>create(
                        "a b", f -> f.backup("x y", east).backup("west", west).backup("west", north), Time.system()))
                .isInstanceOfSatisfying(
                        ConfigurationException.class,
                        e -> assertThat(e.problems())
                                .containsExactly(
                                        "name must match [A-Za-z0-9._-]{1,64}: \"a b\"",
                                        "primary must be named exactly once, and was named so often: 0",
                                        "name must match [A-Za-z0-9._-]{1,64}: \"x y\"",
                                        "name must be another one for each: west"));
    }
}
