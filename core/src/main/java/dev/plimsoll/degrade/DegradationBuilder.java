package dev.plimsoll.degrade;

import dev.plimsoll.call.ConfigurationException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Says which features a service has at each level.
 *
 * <p><b>Threading:</b> for one thread.
 */
@SuppressWarnings("exports") // the null annotations are optional for who uses this module
public final class DegradationBuilder {

    /** How long it must have been better before a level is left for a better one, unless that is said: 30 s. */
    public static final Duration DEFAULT_DWELL = Duration.ofSeconds(30);

    private final EnumMap<Level, Set<String>> features = new EnumMap<>(Level.class);
    private final Map<String, String> notices = new HashMap<>();
    private final List<String> problems = new ArrayList<>();
    private @Nullable Thresholds thresholds = Thresholds.DEFAULTS;
    private @Nullable Duration dwell = DEFAULT_DWELL;

    DegradationBuilder() {}

    /**
     * Names what is on at a level; everything else is off. Without it nothing is on at that level.
     *
     * @param level which
     * @param on the names of features, in your own words
     * @return this
     */
    public DegradationBuilder at(Level level, String... on) {
        ConfigurationException.Check check = new ConfigurationException.Check("degradation");
        if (check.given("level", level) && check.given("on", on)) {
            for (String feature : on) {
                if (check.given("on", feature)) {
                    check.that(!feature.isBlank(), "on", "must not be blank", "\"" + feature + "\"");
                }
            }
            if (check.problems().isEmpty()) {
                features.put(level, Set.copyOf(new HashSet<>(Arrays.asList(on))));
            }
        }
        problems.addAll(check.problems());
        return this;
    }

    /**
     * Names what the users of the service are told while a feature is off.
     *
     * @param feature on at some level
     * @param sentence such as "Search is temporarily simplified"
     * @return this
     */
    public DegradationBuilder notice(String feature, String sentence) {
        ConfigurationException.Check check = new ConfigurationException.Check("degradation");
        if (check.given("feature", feature) && check.given("sentence", sentence)) {
            notices.put(feature, sentence);
        }
        problems.addAll(check.problems());
        return this;
    }

    /**
     * Names which health calls for which level.
     *
     * @param setup names what differs from {@link Thresholds#DEFAULTS}
     * @return this
     */
    public DegradationBuilder thresholds(UnaryOperator<Thresholds> setup) {
        ConfigurationException.Check check = new ConfigurationException.Check("degradation");
        thresholds = check.applied("thresholds", setup, Thresholds.DEFAULTS);
        problems.addAll(check.problems());
        return this;
    }

    /**
     * Names how long health must have called for better, without a break, before a level is left for a better one. It gets
     * worse at once.
     *
     * @param span zero or longer; 30 s unless said
     * @return this
     */
    public DegradationBuilder dwell(Duration span) {
        dwell = span;
        return this;
    }

    void check(ConfigurationException.Check check) {
        check.part("levels", problems);
        if (thresholds != null) {
            check.part("thresholds", thresholds.problems());
        }
        if (check.given("dwell", dwell) && dwell != null) {
            check.that(!dwell.isNegative(), "dwell", "must not be negative", dwell);
        }
        Set<String> all = new HashSet<>();
        features.values().forEach(all::addAll);
        for (String feature : notices.keySet()) {
            check.that(all.contains(feature), "notice", "must be about a feature of a level", "\"" + feature + "\"");
        }
    }

    Map<Level, Set<String>> features() {
        EnumMap<Level, Set<String>> complete = new EnumMap<>(Level.class);
        for (Level level : Level.values()) {
            complete.put(level, features.getOrDefault(level, Set.of()));
        }
        return complete;
    }

    Map<String, String> notices() {
        return Map.copyOf(notices);
    }

    Thresholds thresholds() {
        return thresholds == null ? Thresholds.DEFAULTS : thresholds;
    }

    Duration dwell() {
        return dwell == null ? DEFAULT_DWELL : dwell;
    }
}
