package dev.plimsoll;

import static org.assertj.core.api.Assertions.assertThat;

import dev.plimsoll.degrade.Degradation;
import dev.plimsoll.degrade.DependencyHealth;
import dev.plimsoll.degrade.Level;
import dev.plimsoll.fallback.Fallback;
import dev.plimsoll.time.VirtualTime;
import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The levels of the seeds' sample program, with the features that are on and off at each: docs/seeds.md. */
final class SeedDegradationTest {

    private final VirtualTime time = VirtualTime.create();
    private final Degradation shop = Degradation.create(
            "shop",
            d -> d.at(
                            Level.NORMAL,
                            "ml_search",
                            "personalization",
                            "real_time_inventory",
                            "dynamic_pricing",
                            "reviews",
                            "recommendations",
                            "search",
                            "checkout",
                            "user_accounts")
                    .at(
                            Level.DEGRADED,
                            "basic_search",
                            "cached_inventory",
                            "static_pricing",
                            "reviews_readonly",
                            "popular_items",
                            "search",
                            "checkout",
                            "user_accounts")
                    .at(
                            Level.MINIMAL,
                            "basic_search",
                            "cached_inventory",
                            "static_pricing",
                            "search",
                            "checkout",
                            "user_accounts")
                    .at(Level.EMERGENCY, "static_catalog", "cached_content")
                    .notice("ml_search", "Search is temporarily simplified"),
            time);

    private static List<String> words(String text) {
        return Arrays.asList(text.split(" "));
    }

    private void degradeTo(Level level) {
        shop.hold(level, "a test", "nobody");
        assertThat(shop.level()).isEqualTo(level);
    }

    @ParameterizedTest
    @CsvSource({
        "NORMAL, ml_search personalization real_time_inventory dynamic_pricing reviews recommendations, "
                + "static_catalog cached_content",
        "DEGRADED, basic_search cached_inventory static_pricing reviews_readonly popular_items, "
                + "ml_search personalization real_time_inventory dynamic_pricing recommendations",
        "MINIMAL, basic_search cached_inventory static_pricing, "
                + "reviews recommendations personalization real_time_inventory dynamic_pricing",
        "EMERGENCY, static_catalog cached_content, search checkout user_accounts"
    })
    @DisplayName("DG-2 the four levels, each with what it names as on and as off")
    void level_hasItsFeatures(Level level, String on, String off) {
        degradeTo(level);
        assertThat(words(on)).allMatch(shop::isOn);
        assertThat(words(off)).noneMatch(shop::isOn);
    }

    @ParameterizedTest
    @CsvSource({
        "recommendations, popular_items",
        "ml_search, basic_search",
        "real_time_inventory, cached_inventory",
        "dynamic_pricing, static_pricing",
        "reviews, reviews_readonly"
    })
    @DisplayName("DG-2 what a feature becomes: off as it was, on as the lesser one")
    void feature_whenDegraded_isTheLesserOne(String normal, String degraded) {
        assertThat(shop.isOn(normal)).isTrue();
        assertThat(shop.isOn(degraded)).isFalse();
        degradeTo(Level.DEGRADED);
        assertThat(shop.isOn(normal)).isFalse();
        assertThat(shop.isOn(degraded)).isTrue();
    }

    @Test
    @DisplayName(
            "DG-2 health decides: two sick ones degrade, four leave the minimum, five are an emergency; users are told")
    void level_followsTheSick() {
        Level[] levels = {Level.DEGRADED, Level.DEGRADED, Level.MINIMAL, Level.MINIMAL, Level.EMERGENCY};
        assertThat(shop.level()).isEqualTo(Level.NORMAL);
        for (int sick = 1; sick <= levels.length; sick++) {
            shop.report(new DependencyHealth("dependency" + sick, false, Duration.ofMillis(80), 0));
            assertThat(shop.level()).isEqualTo(levels[sick - 1]);
            assertThat(shop.notices()).containsExactly("Search is temporarily simplified");
        }
    }

    @Test
    @DisplayName("DG-1 DG-2 recommendations: made for the user, else what is popular, else none")
    void recommendations_goDownTheirLadder() {
        try (Guards guards = Guards.create(g -> g.time(time).logging(false))) {
            Guard model = guards.guard("model", g -> g);
            assertThat(recommended(model, false)).containsExactly("for you");
            assertThat(recommended(model, true)).isEmpty();
            degradeTo(Level.DEGRADED);
            assertThat(recommended(model, false)).containsExactly("popular");
            degradeTo(Level.MINIMAL);
            assertThat(recommended(model, false)).isEmpty();
        }
    }

    private List<String> recommended(Guard model, boolean broken) {
        if (!shop.isOn("recommendations")) {
            return popular();
        }
        Fallback<List<String>> popular =
                Fallback.<List<String>>onRefusedOrFailed().orElseGet(why -> popular());
        try {
            return model.call(
                    () -> {
                        if (broken) {
                            throw new IOException("the model is gone");
                        }
                        return List.of("for you");
                    },
                    popular);
        } catch (IOException e) {
            throw new AssertionError("the fallback answers", e);
        }
    }

    private List<String> popular() {
        return shop.isOn("popular_items") ? List.of("popular") : List.of();
    }
}
