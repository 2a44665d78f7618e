package dev.plimsoll.degrade;

/**
 * An operator wants a level.
 *
 * @param level where to hold it
 * @param reason why
 * @param who who wants it
 * @param forever whether until released
 * @param until the instant of its end otherwise
 */
record Hold(Level level, String reason, String who, boolean forever, long until) {

    boolean isOver(long instant) {
        return !forever && until - instant <= 0;
    }
}
