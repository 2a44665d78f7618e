package dev.plimsoll.architecture.planted.window;

/** Does nothing wrong. */
public final class Counts {
    private Counts() {}
}
