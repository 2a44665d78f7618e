package dev.plimsoll.fallback;

/**
 * A queue for later at one moment.
 *
 * @param name the queue's
 * @param items how many wait
 * @param bytes how large they are together, as they are kept
 * @param offered how many were kept in this life of the queue
 * @param acknowledged how many were done in this life of the queue
 * @param refused how many found it full
 */
public record LaterSnapshot(String name, long items, long bytes, long offered, long acknowledged, long refused) {}
