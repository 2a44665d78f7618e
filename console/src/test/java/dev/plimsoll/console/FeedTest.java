package dev.plimsoll.console;

import static org.assertj.core.api.Assertions.assertThat;

import dev.plimsoll.Rendezvous;
import dev.plimsoll.console.Feed.News;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

final class FeedTest {

    private final Feed feed = new Feed(3);

    private void add(int entries) {
        for (int i = 0; i < entries; i++) {
            feed.add(sequence -> "entry " + sequence);
        }
    }

    private News news(long after, long seen) throws InterruptedException {
        return Objects.requireNonNull(feed.await(after, seen));
    }

    @Test
    @DisplayName("Who asks gets what came after the last entry it knows, in order, and the newest overview only")
    void news_areWhatIsNotKnown() throws InterruptedException {
        add(2);
        feed.show("first");
        feed.show("second");
        News news = news(1, 0);
        assertThat(news.entries()).extracting(Feed.Entry::json).containsExactly("entry 2");
        assertThat(news.overview()).isEqualTo("second");
        assertThat(news.lost()).isFalse();
        add(1);
        assertThat(news(2, news.edition()).overview()).isNull();
    }

    @Test
    @DisplayName("What the replay window does not hold any more is said to be lost, once something is")
    void news_beyondTheWindow_areLost() throws InterruptedException {
        add(3);
        assertThat(news(0, 0).lost()).isFalse();
        add(1);
        assertThat(news(0, 0).lost()).isFalse(); // who knows nothing has lost nothing
        assertThat(news(0, 0).entries()).extracting(Feed.Entry::sequence).containsExactly(2L, 3L, 4L);
        assertThat(news(1, 0).lost()).isFalse();
        add(1);
        assertThat(news(1, 0).lost()).isTrue();
    }

    @Test
    @DisplayName("Who has missed much gets it in parts, in order, and nothing twice")
    void news_thatAreMany_comeInParts() throws InterruptedException {
        Feed large = new Feed(1000);
        for (int i = 0; i < 1200; i++) {
            large.add(sequence -> "entry " + sequence);
        }
        long known = 0;
        for (int part = 0; part < 5; part++) {
            News news = Objects.requireNonNull(large.await(known, 0));
            assertThat(news.entries()).hasSize(200);
            assertThat(news.entries().get(0).sequence()).isEqualTo(part == 0 ? 201 : known + 1);
            known = news.entries().get(199).sequence();
        }
        assertThat(known).isEqualTo(1200);
    }

    @Test
    @DisplayName("Who waits is woken by an entry, by an overview, and by the end")
    void waiting_isEnded() throws InterruptedException {
        List<String> told = new ArrayList<>();
        long edition = 0;
        for (Runnable end : new Runnable[] {() -> add(1), () -> feed.show("overview"), feed::close}) {
            long last = feed.last();
            long seen = edition;
            AtomicReference<@Nullable News> heard = new AtomicReference<>();
            Thread waiting = new Thread(() -> {
                try {
                    heard.set(feed.await(last, seen));
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            });
            waiting.setDaemon(true);
            waiting.start();
            Rendezvous.parked(waiting);
            end.run();
            Rendezvous.join(waiting);
            News news = heard.get();
            told.add(
                    news == null
                            ? "the end"
                            : news.entries().stream().map(Feed.Entry::json).toList() + " " + news.overview());
            edition = news == null ? edition : news.edition();
        }
        assertThat(told).containsExactly("[entry 1] null", "[] overview", "the end");
        assertThat(feed.await(0, 0)).isNull();
    }
}
