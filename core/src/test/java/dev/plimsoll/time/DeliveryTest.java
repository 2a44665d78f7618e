package dev.plimsoll.time;

import static org.assertj.core.api.Assertions.assertThat;

import dev.plimsoll.Rendezvous;
import java.net.URL;
import java.net.URLClassLoader;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** The threads on which things are delivered. */
final class DeliveryTest {

    /** What a thread has from whoever started it. */
    private record Inherited(
            @Nullable String local, @Nullable ClassLoader loader, boolean daemon) {}

    @Test
    @DisplayName("CA-5 a delivering thread, virtual or not, inherits no thread-local and no class loader")
    void execute_fromAnyThread_inheritsNothing() throws Exception {
        InheritableThreadLocal<@Nullable String> local = new InheritableThreadLocal<>();
        Thread me = Thread.currentThread();
        ClassLoader before = me.getContextClassLoader();
        CompletableFuture<Inherited> seen = new CompletableFuture<>();
        try (URLClassLoader mine = new URLClassLoader(new URL[0])) {
            local.set("of another request");
            me.setContextClassLoader(mine);
            new Delivery(Time.system())
                    .execute(() -> seen.complete(new Inherited(
                            local.get(),
                            Thread.currentThread().getContextClassLoader(),
                            Thread.currentThread().isDaemon())));
            Inherited inherited = Rendezvous.get(seen);
            assertThat(inherited.local()).isNull();
            assertThat(inherited.loader()).isNotSameAs(mine);
            assertThat(inherited.daemon()).isTrue();
        } finally {
            me.setContextClassLoader(before);
            local.remove();
        }
    }

    @Test
    @DisplayName(
            "TO-1 where no thread can be started a task is run all the same, once, and virtual time goes on after it")
    void execute_whenNoThreadCanBeStarted_runsHere() {
        VirtualTime time = VirtualTime.create();
        AtomicInteger ran = new AtomicInteger();
        OutOfMemoryError noThread = new OutOfMemoryError("unable to create native thread");
        new Delivery(time, task -> {
                    throw noThread;
                })
                .execute(ran::incrementAndGet);
        assertThat(ran).hasValue(1);
        new Delivery(time, task -> {
                    task.run(); // by a thread that was left
                    throw noThread;
                })
                .execute(ran::incrementAndGet);
        assertThat(ran).hasValue(2);
        long before = time.precise();
        time.advance(Duration.ofSeconds(1)); // which waits for what was handed over
        assertThat(time.precise() - before).isEqualTo(Duration.ofSeconds(1).toNanos());
    }
}
