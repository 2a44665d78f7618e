package dev.plimsoll.architecture.planted.call;

import dev.plimsoll.architecture.planted.retry.ReadsClocks;

/** The vocabulary, knowing a mechanism that knows the vocabulary: a wrong arrow and a circle. */
public final class KnowsAMechanism {
    private KnowsAMechanism() {}

    static Class<?> mechanism() {
        return ReadsClocks.class;
    }
}
