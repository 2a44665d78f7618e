package dev.plimsoll.architecture.planted.breaker;

import dev.plimsoll.architecture.planted.retry.ReadsClocks;

final class MeetsAnotherMechanism {
    private MeetsAnotherMechanism() {}

    static Class<?> other() {
        return ReadsClocks.class;
    }
}
