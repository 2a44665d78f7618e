package dev.plimsoll.architecture.planted.budget;

import dev.plimsoll.architecture.planted.window.Counts;

final class MeetsTheWindow {
    private MeetsTheWindow() {}

    static Class<?> other() {
        return Counts.class;
    }
}
