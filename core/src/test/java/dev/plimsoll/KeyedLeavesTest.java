package dev.plimsoll;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.plimsoll.call.CallObserver;
import dev.plimsoll.call.ConfigurationException;
import dev.plimsoll.call.Event;
import dev.plimsoll.fallback.Fallback;
import dev.plimsoll.hedge.Hedge;
import dev.plimsoll.time.VirtualThreads;
import dev.plimsoll.time.VirtualTime;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.function.UnaryOperator;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** A call of a key's guard that does not even begin is over all the same: it must not keep the key for ever. */
final class KeyedLeavesTest {

    private final VirtualTime time = VirtualTime.create();
    private final Guards guards = Guards.create(g -> g.time(time).logging(false));
    private final Throwing observer = new Throwing();

    /** Throws what it is told to when a call begins. */
    private static final class Throwing implements CallObserver {

        private @Nullable Error thrown;

        @Override
        public Scope begins(String dependency) {
            if (thrown != null) {
                throw thrown;
            }
            return () -> {};
        }

        @Override
        public Snapshot capture() {
            return () -> () -> {};
        }

        @Override
        public void on(Event event) {}
    }

    @AfterEach
    void close() {
        guards.close();
    }

    private KeyedGuards<String> hosts(UnaryOperator<GuardBuilder> kind) {
        return guards.keyed("hosts", kind, k -> k.maximumSize(2).idleAfter(Duration.ofMinutes(1)));
    }

    private void assertGone(KeyedGuards<String> hosts) {
        assertThat(hosts.snapshot("a")).isPresent();
        time.advance(Duration.ofMinutes(5));
        for (String other : new String[] {"b", "c"}) {
            CompletableFuture<Integer> call = hosts.get(other).callAsync(() -> CompletableFuture.completedFuture(1));
            assertThat(call).isCompletedWithValue(1);
        }
        assertThat(hosts.snapshot("a")).isEmpty();
    }

    private void assertThrown(ThrowingCallable call) {
        AssertionError error = new AssertionError("of an observer");
        observer.thrown = error;
        assertThatThrownBy(call).isSameAs(error);
        observer.thrown = null;
    }

    @Test
    @DisplayName("CB-11 an Error of who hears that calls begin keeps no key")
    void errorOfAnObserver_keepsNoKey() {
        KeyedGuards<String> hosts = hosts(g -> g.observer(observer));
        Guard a = hosts.get("a");
        Fallback<Integer> two = Fallback.<Integer>onRefusedOrFailed().orElse(2);
        assertThrown(() -> hosts.call("a", () -> 1));
        assertThrown(() -> a.call(attempt -> attempt.number()));
        assertThrown(() -> a.call(() -> 1, two));
        assertThrown(() -> a.answer(() -> 1));
        assertThrown(() -> a.answer(() -> 1, refused -> 2));
        assertThrown(() -> a.answer(() -> 1, two));
        assertGone(hosts);
    }

    @Test
    @DisplayName("CB-11 nor that of an asynchronous call, which is in its future")
    void errorOfAnObserver_ofAnAsynchronousCall_keepsNoKey() {
        KeyedGuards<String> hosts = hosts(g -> g.observer(observer));
        AssertionError error = new AssertionError("of an observer");
        observer.thrown = error;
        CompletableFuture<Integer> call = hosts.get("a").callAsync(() -> CompletableFuture.completedFuture(1));
        observer.thrown = null;
        assertThat(call.handle((value, thrown) -> thrown)).isCompletedWithValue(error);
        assertGone(hosts);
    }

    @Test
    @DisplayName("CB-11 nor does a hedge that has no threads for its legs")
    void hedgeWithoutThreads_keepsNoKey() {
        Assumptions.assumeFalse(VirtualThreads.exist(), "this JDK has virtual threads");
        KeyedGuards<String> hosts = hosts(g -> g.hedge(Hedge.after(Duration.ofMillis(100))));
        assertThatThrownBy(() -> hosts.call("a", () -> 1)).isInstanceOf(ConfigurationException.class);
        assertGone(hosts);
    }
}
