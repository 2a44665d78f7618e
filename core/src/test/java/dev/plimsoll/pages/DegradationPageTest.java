package dev.plimsoll.pages;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofMinutes;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

import dev.plimsoll.degrade.Degradation;
import dev.plimsoll.degrade.DegradationBuilder;
import dev.plimsoll.degrade.DependencyHealth;
import dev.plimsoll.degrade.Level;
import dev.plimsoll.degrade.LevelChanged;
import dev.plimsoll.time.VirtualTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** docs/degradation.md: its examples, settings and quotes. */
final class DegradationPageTest {

    private static Degradation shop(VirtualTime time) {
        // example
        Degradation shop = Degradation.create(
                "shop",
                d -> d.at(
                                Level.NORMAL,
                                "ml_search",
                                "personalization",
                                "real_time_inventory",
                                "dynamic_pricing",
                                "reviews",
                                "recommendations")
                        .at(
                                Level.DEGRADED,
                                "basic_search",
                                "cached_inventory",
                                "static_pricing",
                                "reviews_readonly",
                                "popular_items")
                        .at(Level.MINIMAL, "basic_search", "cached_inventory", "static_pricing")
                        .at(Level.EMERGENCY, "static_catalog", "cached_content")
                        .notice("ml_search", "Search is temporarily simplified")
                        .notice("reviews", "Reviews cannot be written at the moment"),
                time); // may be left out
        // end of example
        return shop;
    }

    /** A page of results. */
    private record Results(List<String> items, Optional<String> notice) {}

    private static Results search(Degradation shop, String words) {
        // example
        List<String> items = shop.isOn("ml_search") ? ranked(words) : plain(words);
        return new Results(items, shop.notice("ml_search"));
        // end of example
    }

    private static List<String> ranked(String words) {
        return List.of("the best " + words);
    }

    private static List<String> plain(String words) {
        return List.of(words);
    }

    private static void told(Degradation shop) {
        // example
        shop.report(new DependencyHealth("search", false, ofMillis(80), 0.004)); // every few seconds, and on changes
        shop.hold(Level.MINIMAL, "the sale begins", "anna", ofMinutes(10)); // an operator
        // end of example
    }

    @Test
    @DisplayName("DG-2 the examples of the page do what it says")
    void examples_run() {
        Degradation shop = shop(VirtualTime.create());
        assertThat(search(shop, "anchor")).isEqualTo(new Results(List.of("the best anchor"), Optional.empty()));
        told(shop);
        assertThat(search(shop, "anchor"))
                .isEqualTo(new Results(List.of("anchor"), Optional.of("Search is temporarily simplified")));
    }

    private static List<String> quotes() {
        VirtualTime time = VirtualTime.create();
        List<String> quotes = new ArrayList<>();
        try (Overheard overheard = Overheard.listening()) {
            Degradation shop = shop(time);
            shop.observe(overheard);
            told(shop);
            Degradation sick = shop(time);
            sick.report(new DependencyHealth("search", false, ofMillis(80), 0.004));
            shop.release("it is over", "anna");
            shop.report(new DependencyHealth("search", true, ofMillis(80), 0.004));
            time.advance(ofSeconds(12));
            quotes.add(sick.explain() + "\n" + shop.explain());
            quotes.add(overheard.last(LevelChanged.class));
            quotes.add(String.join("\n", shop.notices()));
        }
        return quotes;
    }

    @Test
    @DisplayName("DG-2 the page quotes what a controller says, and shows the examples that were compiled")
    void page_quotesTheCode() throws Exception {
        Page page = Page.of("degradation.md");
        assertThat(page.quotes()).isEqualTo(quotes());
        assertThat(page.examples()).isEqualTo(Page.examplesOf(DegradationPageTest.class));
    }

    @Test
    @DisplayName("DG-2 every setting is on the page, with its default")
    void defaults_areThoseOfThePage() throws Exception {
        Page page = Page.of("degradation.md");
        assertThat(page.settings()).isEqualTo(Page.settingsOf(DegradationBuilder.class));
        assertThat(page.span("dwell")).isEqualTo(DegradationBuilder.DEFAULT_DWELL);
    }
}
