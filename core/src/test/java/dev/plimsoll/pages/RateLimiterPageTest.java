package dev.plimsoll.pages;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

import dev.plimsoll.Guard;
import dev.plimsoll.Guards;
import dev.plimsoll.call.Permit;
import dev.plimsoll.limit.RateKeys;
import dev.plimsoll.limit.RateLimit;
import dev.plimsoll.limit.RateLimiter;
import dev.plimsoll.limit.RateLimiters;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** docs/rate-limiter.md: its examples and settings. */
final class RateLimiterPageTest {

    private static Guard guarded(Guards guards) {
        // example
        Guard payments = guards.guard(
                "payments",
                g -> g.rateLimiter(
                        r -> r.permits(100).per(ofSeconds(1)).burst(20).maxWait(ofMillis(50))));
        // end of example
        return payments;
    }

    private static RateLimiter one() {
        // example
        RateLimiter mails = RateLimiter.create("mails", r -> r.permits(100).burst(20)); // a second
        // end of example
        return mails;
    }

    private static boolean sent(RateLimiter mails, Runnable message) {
        // example
        try (Permit permit = mails.tryEnter()) { // never waits; tryEnter(5) takes five permits at once
            if (permit == null) {
                return false; // not now
            }
            message.run();
            return true;
        }
        // end of example
    }

    private static void changed(RateLimiter mails) {
        // example
        mails.reconfigure(r -> r.permits(50).burst(10)); // while it is in use: all of it, as in create
        // end of example
    }

    private static RateLimiters<String> byKey() {
        // example
        RateLimiters<String> tenants =
                RateLimiters.create("tenants", r -> r.permits(10).per(ofSeconds(1)), k -> k.maximumSize(10_000));
        Permit permit = tenants.tryEnter("tenant 7"); // null when this tenant has had its share
        // end of example
        assertThat(permit).isNotNull();
        return tenants;
    }

    @Test
    @DisplayName("RL-1 the examples of the page do what it says, and are those that were compiled")
    void examples_run() throws Exception {
        try (Guards guards = Guards.create(g -> g.logging(false))) {
            Guard payments = guarded(guards);
            assertThat(payments.get(() -> "paid")).isEqualTo("paid");
            assertThat(payments.snapshot().rateLimiter().orElseThrow().admitted())
                    .isEqualTo(1);
        }
        RateLimiter mails = one();
        AtomicInteger sent = new AtomicInteger();
        for (int i = 0; i < 20; i++) {
            assertThat(sent(mails, sent::incrementAndGet)).isTrue();
        }
        changed(mails);
        assertThat(mails.limit().permits()).isEqualTo(50);
        assertThat(sent).hasValue(20);
        assertThat(byKey().snapshot().keys()).isEqualTo(1);
        assertThat(Page.of("rate-limiter.md").examples()).isEqualTo(Page.examplesOf(RateLimiterPageTest.class));
    }

    @Test
    @DisplayName("RL-1 every setting is on the page, with its default")
    void settings_areThoseOfThePage() throws Exception {
        Page page = Page.of("rate-limiter.md");
        List<String> named = Page.settingsOf(RateLimit.class).stream()
                .filter(name -> !name.equals("defaults"))
                .toList();
        assertThat(page.settings()).containsAll(named).contains("maximumSize", "idleAfter");
        assertThat(page.span("per")).isEqualTo(RateLimit.defaults().per());
        assertThat(page.count("maximumSize")).isEqualTo(RateKeys.defaults().maximumSize());
        assertThat(page.span("idleAfter")).isEqualTo(RateKeys.defaults().idleAfter());
    }
}
