package dev.plimsoll.breaker;

import static dev.plimsoll.breaker.ModelBreaker.NEVER;

import dev.plimsoll.breaker.BreakerEvent.Kind;
import dev.plimsoll.breaker.ModelBreaker.Call;
import dev.plimsoll.breaker.ModelBreaker.Role;
import dev.plimsoll.breaker.SmallSetting.Rules;
import java.util.ArrayList;
import java.util.List;

/** One event, and what comes of it by the rules CB-1 to CB-12, said as plainly as can be. */
final class BreakerTurn {

    private static final String OVERDUE = "a probe did not end within its lease";

    private final ModelBreaker before;
    private final SmallSetting setting;
    private final StringBuilder told = new StringBuilder();
    private final List<Call> calls;
    private final List<Kind> results;
    private Rules rules;
    private BreakerState kind;
    private boolean ramping;
    private long left;
    private int row;
    private int successes;
    private int openings;
    private long calm;

    BreakerTurn(ModelBreaker before) {
        this.before = before;
        setting = before.setting();
        calls = new ArrayList<>(before.calls());
        results = new ArrayList<>(before.results());
        rules = before.rules();
        kind = before.kind();
        ramping = before.ramping();
        left = before.left();
        row = before.row();
        successes = before.successes();
        openings = before.openings();
        calm = before.calm();
    }

    ModelBreaker model() {
        return new ModelBreaker(setting, rules, kind, ramping, left, row, results, successes, openings, calm, calls);
    }

    /** The transitions. */
    String told() {
        return told.toString();
    }

    /** Returns what the user sees. */
    String take(BreakerEvent event) {
        switch (event.kind()) {
            case ENTER, LUCKY, UNLUCKY -> {
                notice(false);
                return enter(event.kind() == Kind.UNLUCKY);
            }
            case ALMOST -> pass(before.untilNext() - 1);
            case PASS -> {
                pass(before.untilNext());
                if (setting.observed()) {
                    notice(true);
                }
            }
            case FORCE_OPEN -> operate(BreakerState.FORCED_OPEN, NEVER);
            case FORCE_OPEN_FOR -> operate(BreakerState.FORCED_OPEN, SmallSetting.TIME_TO_LIVE);
            case DISABLE_FOR -> operate(BreakerState.DISABLED, SmallSetting.TIME_TO_LIVE);
            case METRICS_ONLY_FOR -> operate(BreakerState.METRICS_ONLY, SmallSetting.TIME_TO_LIVE);
            case RESET -> startAfresh("reset by model: test", false);
            case RECONFIGURE -> reconfigure();
            default -> settle(event.kind(), calls.remove(event.call()));
        }
        return "";
    }

    /** What time demands, as the next call notices, or the timer. */
    private void notice(boolean byTimer) {
        if (kind == BreakerState.HALF_OPEN && calls.stream().anyMatch(BreakerTurn::isOverdue)) {
            open(OVERDUE, 0, byTimer);
        } else if (left == 0 && ramping) {
            ramping = byTimer; // there is no timer for it
            left = byTimer ? 0 : NEVER;
        } else if (left == 0 && kind == BreakerState.OPEN) {
            long quiet = rules.cap() == 0 ? 0 : calm;
            int times = openings;
            begin(BreakerState.HALF_OPEN, "the open wait of " + calm / SmallSetting.SECOND + " s is over", byTimer);
            openings = times;
            calm = quiet;
        } else if (left == 0) {
            startAfresh("the time to live is over", byTimer);
        }
    }

    private String enter(boolean unlucky) {
        switch (kind) {
            case OPEN -> {
                return "refused CIRCUIT_OPEN open " + left;
            }
            case FORCED_OPEN -> {
                return "refused CIRCUIT_OPEN forced open " + left;
            }
            case HALF_OPEN -> {
                if (!hasRoom()) {
                    return "refused CIRCUIT_OPEN half open " + NEVER;
                }
                calls.add(new Call(Role.PROBE, rules.leaseNanos(), 2 * rules.leaseNanos()));
                return "probe";
            }
            default -> {
                if (unlucky) {
                    return "refused CIRCUIT_OPEN closed " + left;
                }
                calls.add(new Call(Role.JUDGED, 0, 0));
                return "leave";
            }
        }
    }

    private boolean hasRoom() {
        long probes = calls.stream().filter(Call::isProbe).count();
        long places = calls.stream().filter(Call::occupies).count();
        int most = Math.max(Math.max(rules.probes(), rules.closes()), successes + 1);
        return places < rules.probes() && probes + successes < most;
    }

    private static boolean isOverdue(Call call) {
        return call.isProbe() && call.lease() == 0;
    }

    private void settle(Kind end, Call call) {
        if (call.isProbe() && (isOverdue(call) || calls.stream().anyMatch(BreakerTurn::isOverdue))) {
            open(OVERDUE, 0, false); // that has decided, whatever comes now
            return;
        }
        boolean counts = call.role() == Role.JUDGED || call.isProbe();
        if (!counts || end.saysNothing() || kind == BreakerState.DISABLED) {
            return;
        }
        long hint = end == Kind.FULL ? SmallSetting.HINT : 0;
        if (call.isProbe()) {
            settleProbe(end, hint);
            return;
        }
        record(end);
        String broken = end == Kind.GOOD || kind != BreakerState.CLOSED ? "" : broken(end);
        if (!broken.isEmpty()) {
            open(broken, hint, false);
        }
    }

    private void settleProbe(Kind end, long hint) {
        if (end != Kind.GOOD) {
            open(end == Kind.SLOW ? "a probe was slow, 2 s" : "a probe failed", hint, false);
        } else if (++successes >= rules.closes()) {
            int times = openings;
            long quiet = calm;
            begin(BreakerState.CLOSED, successes == 1 ? "the probe succeeded" : successes + " probes succeeded", false);
            openings = times;
            calm = quiet;
            ramping = rules.ramp() > 0;
            left = ramping ? rules.ramp() * SmallSetting.SECOND : NEVER;
            successes = 0;
        }
    }

    private void record(Kind end) {
        row = end.isBad() ? Math.min(row + 1, setting.mostInARow()) : 0;
        if (rules.hasWindow()) {
            results.add(end.isBad() ? Kind.FAILED : end);
            if (results.size() > rules.window()) {
                results.remove(0);
            }
        }
    }

    /** The first rule that holds, in words; empty when none does. */
    private String broken(Kind end) {
        if (rules.row() > 0 && row >= rules.row() && end.isBad()) {
            return row + " consecutive failures";
        }
        String failed = share(Kind.FAILED, rules.failed(), "failed");
        return failed.isEmpty() ? share(Kind.SLOW, rules.slow(), "took 2 s or longer") : failed;
    }

    private String share(Kind result, int percent, String what) {
        long part = results.stream().filter(each -> each == result).count();
        int all = results.size();
        boolean holds = percent > 0 && all >= Rules.MINIMUM && 100 * part >= (long) percent * all;
        return holds ? part + " of " + all + " " + what : "";
    }

    private void open(String reason, long hint, boolean byTimer) {
        boolean anew = kind != BreakerState.HALF_OPEN && calm == 0;
        int times = rules.counted(anew ? 1 : openings + 1);
        begin(BreakerState.OPEN, reason, byTimer);
        openings = times;
        left = Math.max(rules.waitNanos(times), hint);
        calm = left;
    }

    private void operate(BreakerState state, long span) {
        String what = state == BreakerState.FORCED_OPEN
                ? "forced open"
                : state == BreakerState.DISABLED ? "disabled" : "metrics only";
        String howLong = span == NEVER ? "until reset" : "for " + span / SmallSetting.SECOND + " s";
        begin(state, what + " by model " + howLong + ": test", false);
        left = span;
    }

    private void startAfresh(String reason, boolean byTimer) {
        begin(BreakerState.CLOSED, reason, byTimer);
    }

    /** The next episode: whoever is under way is late from now on. */
    private void begin(BreakerState next, String reason, boolean byTimer) {
        told.append(next).append(byTimer ? " by timer: " : ": ").append(reason).append("; ");
        kind = next;
        ramping = false;
        left = NEVER;
        row = 0;
        results.clear();
        successes = 0;
        openings = 0;
        calm = 0;
        calls.replaceAll(Call::late);
    }

    private void reconfigure() {
        Rules next = rules.equals(setting.rules()) ? setting.others() : setting.rules();
        if (!rules.hasWindow() || !next.hasWindow() || rules.window() != next.window()) {
            results.clear();
        }
        rules = next;
    }

    private void pass(long span) {
        calls.replaceAll(call -> call.after(span));
        left = left < 0 ? left : Math.max(0, left - span);
        calm = kind == BreakerState.CLOSED ? Math.max(0, calm - span) : calm;
    }
}
