package dev.plimsoll.console;

import dev.plimsoll.console.Story.Kind;
import dev.plimsoll.console.Story.Tone;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;

/**
 * What of the service itself is looked at: drains, levels of degradation, shedders. What has come to its end is forgotten some
 * time after; and there are never more than a hundred.
 *
 * <p><b>Threading:</b> {@link #look} belongs to the console's thread, all else to any.
 */
final class Watches {

    /** One more, and another one is forgotten. */
    static final int MOST = 100;

    private final Watchman watchman;
    private final List<Watch> all = new CopyOnWriteArrayList<>();

    Watches(Watchman watchman) {
        this.watchman = watchman;
    }

    /** Looks at one more; what is looked at already stays as it is. */
    synchronized void add(Object watched, Supplier<Watch> watch) {
        if (all.stream().anyMatch(each -> each.watched() == watched)) {
            return;
        }
        if (all.size() >= MOST) {
            makeRoom();
        }
        all.add(watch.get());
    }

    /** Forgets the one that was over first among those that were added; if none is, the first, and says so. */
    private void makeRoom() {
        Watch over = all.stream().filter(Watch::isOver).findFirst().orElse(null);
        Watch gone = over == null ? all.get(0) : over;
        forget(gone);
        if (over == null) {
            String why = "more than " + MOST + " are watched, so the one that was watched for longest is not any more";
            watchman.tell(gone.name(), Kind.PROCESS, Tone.NEUTRAL, "no longer watched", why);
        }
    }

    private void forget(Watch watch) {
        all.remove(watch);
        watch.close();
    }

    /** Looks at all of them, and forgets what was over long ago. Gives back whether anything has changed. */
    boolean look() {
        boolean changed = false;
        for (Watch watch : all) {
            changed |= watch.look();
            if (watch.isForgotten()) {
                forget(watch);
                changed = true;
            }
        }
        return changed;
    }

    /** What is to be said at the top of the page, in the order in which they were added; what is wrong comes first. */
    List<Banner> banners() {
        List<Banner> banners =
                all.stream().map(Watch::banner).filter(Objects::nonNull).toList();
        return java.util.stream.Stream.concat(
                        banners.stream().filter(banner -> banner.tone().isWrong()),
                        banners.stream().filter(banner -> !banner.tone().isWrong()))
                .toList();
    }

    /** How many are looked at. */
    int size() {
        return all.size();
    }

    /** Nothing is looked at any more. */
    synchronized void close() {
        all.forEach(this::forget);
    }
}
