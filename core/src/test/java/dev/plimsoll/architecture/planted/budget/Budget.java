package dev.plimsoll.architecture.planted.budget;

/** Does nothing wrong. */
public final class Budget {
    private Budget() {}
}
