package dev.plimsoll.failover;

import static java.time.Duration.ofMillis;

import dev.plimsoll.Rendezvous;
import dev.plimsoll.call.Event;
import dev.plimsoll.call.RejectedException;
import dev.plimsoll.call.Rejection;
import dev.plimsoll.time.VirtualTime;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.NullUnmarked;
import org.jspecify.annotations.Nullable;

/** Replicas that vote as they are told, each a little slower than the one before. */
@NullUnmarked // nulls are values here
class VotingScene {

    static final Executor THREADS = task -> {
        Thread thread = new Thread(task, "voter");
        thread.setDaemon(true);
        thread.start();
    };

    final VirtualTime time = VirtualTime.create();
    final Map<String, Source> sources = new LinkedHashMap<>();
    final Queue<Event> events = new ConcurrentLinkedQueue<>();

    Source source(String name) {
        return sources.computeIfAbsent(name, any -> new Source(time, "true"));
    }

    Replicas<Source> replicas(String... names) {
        for (String name : names) {
            source(name).takes = ofMillis(10L * (sources.size() + 1));
        }
        return Replicas.create("stores", sources, r -> r, time);
    }

    Voting<Source, @Nullable String> voting(
            Replicas<Source> replicas, UnaryOperator<VotingConfig<@Nullable String>> setup) {
        Voting<Source, @Nullable String> voting =
                Voting.create("votes", replicas, v -> setup.apply(v.executor(THREADS)));
        voting.observe(events::add);
        return voting;
    }

    static ReplicaSnapshot of(Replicas<Source> replicas, String name) {
        return replicas.snapshot().replicas().stream()
                .filter(each -> each.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    static void atRest(Replicas<Source> replicas) {
        Rendezvous.await(
                () -> replicas.snapshot().replicas().stream().allMatch(each -> each.inFlight() == 0),
                "nobody is asked any more");
    }

    static RejectedException refusal() {
        return new Rejection("c", "circuit breaker", Rejection.Reason.CIRCUIT_OPEN, "open", Rejection.UNKNOWN)
                .exception(false);
    }
}
