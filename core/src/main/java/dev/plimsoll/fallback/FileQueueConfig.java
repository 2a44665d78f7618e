package dev.plimsoll.fallback;

import dev.plimsoll.call.ConfigurationException;
import java.util.List;

/**
 * How a {@link FileLaterQueue} is set up. Each word gives a new value.
 *
 * @param maxItems how many items it holds, at least 1; 1 000 000 unless said
 * @param maxBytes how large they may be together, at least 1; 1 GiB unless said. The files are larger by at most one
 *     segment
 * @param segmentBytes how large a file becomes before the next one is begun, 1 … 1 GiB; 16 MiB unless said
 */
public record FileQueueConfig(long maxItems, long maxBytes, long segmentBytes) {

    private static final long MAX_SEGMENT = 1L << 30;

    /** 1 000 000 items, 1 GiB, in segments of 16 MiB. */
    public static final FileQueueConfig DEFAULTS = new FileQueueConfig(1_000_000, 1L << 30, 1L << 24);

    /**
     * Names how many items it holds.
     *
     * @param items at least 1
     * @return with this bound
     */
    public FileQueueConfig maxItems(long items) {
        return new FileQueueConfig(items, maxBytes, segmentBytes);
    }

    /**
     * Names how large the items may be together.
     *
     * @param bytes at least 1
     * @return with this bound
     */
    public FileQueueConfig maxBytes(long bytes) {
        return new FileQueueConfig(maxItems, bytes, segmentBytes);
    }

    /**
     * Names how large a file becomes before the next one is begun.
     *
     * @param bytes 1 … 1 GiB; the last item of a file may go beyond it
     * @return with this size
     */
    public FileQueueConfig segmentBytes(long bytes) {
        return new FileQueueConfig(maxItems, maxBytes, bytes);
    }

    List<String> problems() {
        ConfigurationException.Check check = new ConfigurationException.Check("file queue");
        check.atLeast("maxItems", maxItems, 1);
        check.atLeast("maxBytes", maxBytes, 1);
        check.that(
                segmentBytes >= 1 && segmentBytes <= MAX_SEGMENT,
                "segmentBytes",
                "must be 1 … " + MAX_SEGMENT,
                segmentBytes);
        return check.problems();
    }
}
