package dev.plimsoll.bulkhead;

/** What became of an attempt to enter. */
enum Entry {
    TAKEN,
    QUEUED,
    FULL,
    CLOSED
}
