package dev.plimsoll.bulkhead;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.spi.AbstractInterruptibleChannel;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Work in a pool whose interrupt runs code of the user's, which throws. */
final class BrokenChannelTest {

    /** Closing it, which an interrupt does, throws. */
    private static final class BrokenChannel extends AbstractInterruptibleChannel {

        void enters() {
            begin();
        }

        void leaves() {
            try {
                end(true);
            } catch (AsynchronousCloseException interrupted) {
                return; // it goes on all the same
            }
        }

        @Override
        protected void implCloseChannel() {
            throw new IllegalStateException("planted");
        }
    }

    @Test
    @DisplayName("TO-1 BH-3 T-42 an interrupt that throws, as a user's channel may, leaves an orphan as any other does")
    void detach_whoseInterruptThrows_leavesAnOrphan() {
        Bulkhead bulkhead = Bulkhead.create("prices", b -> b.maxConcurrent(1).ownPool());
        BrokenChannel channel = new BrokenChannel();
        Bodies.Stubborn work = new Bodies.Stubborn();
        PooledBody<Object> body = Bodies.submit(bulkhead, attempt -> {
            channel.enters();
            try {
                return work.call(attempt);
            } finally {
                channel.leaves();
            }
        });
        work.awaitBegin();

        assertThat(body.detach(true, null)).isTrue();

        assertThat(bulkhead.snapshot().orphans()).isEqualTo(1);
        assertThat(bulkhead.orphans.observers().faults()).isEqualTo(1);
        work.release();
        Bodies.awaitEnd(body);
        assertThat(bulkhead.snapshot().available()).isEqualTo(1);
        assertThat(bulkhead.snapshot().orphans()).isZero();
    }
}
