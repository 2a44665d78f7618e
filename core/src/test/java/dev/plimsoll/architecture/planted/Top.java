package dev.plimsoll.architecture.planted;

/** Stands in the top room, which nothing below may know. */
public final class Top {
    private Top() {}
}
