package dev.plimsoll.fallback;

import java.nio.file.Path;

/**
 * The files of a queue for later are not as it has left them, and not merely cut off at the end: something in the middle
 * is missing or changed. No whole item was changed by finding out; a person has to decide what to do.
 */
public final class DamagedQueueException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    DamagedQueueException(Path file, String what) {
        super(file + " is damaged: " + what);
    }
}
