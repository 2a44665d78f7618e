package dev.plimsoll.failover;

import static org.assertj.core.api.Assertions.catchThrowable;

import dev.plimsoll.call.Event;
import dev.plimsoll.time.VirtualTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.UnaryOperator;

/** Four replicas that do as they are told, and what is told of them. */
class ReplicasScene {

    final VirtualTime time = VirtualTime.create();
    final Map<String, Shard> shards = Shard.named("a", "b", "c", "d");
    final List<Event> events = new ArrayList<>();

    Replicas<Shard> replicas(UnaryOperator<ReplicasConfig> setup) {
        Replicas<Shard> replicas = Replicas.create("shops", shards, setup, time);
        replicas.observe(events::add);
        return replicas;
    }

    Shard shard(String name) {
        return Objects.requireNonNull(shards.get(name));
    }

    static void ask(Replicas<Shard> replicas, int times) {
        for (int i = 0; i < times; i++) {
            Throwable unused = catchThrowable(() -> replicas.call(Shard::ask));
        }
    }

    int askedOf(String name, Replicas<Shard> replicas, int times) {
        int before = shard(name).asked.get();
        ask(replicas, times);
        return shard(name).asked.get() - before;
    }

    static ReplicaSnapshot of(Replicas<Shard> replicas, String name) {
        return replicas.snapshot().replicas().stream()
                .filter(each -> each.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    List<String> told() {
        return events.stream()
                .map(ReplicaChanged.class::cast)
                .map(each -> each.sequence() + " " + each.replica() + " " + each.change() + ": " + each.reason())
                .toList();
    }
}
