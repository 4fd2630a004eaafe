package org.holdfast.shared;

/**
 * How often something was done lately. Time is cut into slots; the present one and the nine before it count. So no more than
 * the limit is let through in any nine slots, and whoever waits does so for ten slots at most. Not thread-safe.
 */
final class SlidingWindow {
    static final int SLOTS = 10;

    private final int[] counts = new int[SLOTS];
    private long newest = Long.MIN_VALUE;

    /**
     * Takes one if fewer than so many were taken.
     *
     * @param slot the present one, a number that time only increases
     * @return 0, or how many slots from now on one may be taken
     */
    long take(int most, long slot) {
        moveTo(slot);
        int sum = 0;
        for (int count : counts) {
            sum += count;
        }
        if (sum < most) {
            counts[index(slot)]++;
            return 0;
        }
        for (long oldest = slot - SLOTS + 1; oldest < slot; oldest++) {
            sum -= counts[index(oldest)];
            if (sum < most) {
                return oldest + SLOTS - slot;
            }
        }
        return SLOTS;
    }

    /** Gives back so many, those taken last. */
    void giveBack(int most, long slot) {
        moveTo(slot);
        int left = most;
        for (long each = slot; each > slot - SLOTS && left > 0; each--) {
            int back = Math.min(left, counts[index(each)]);
            counts[index(each)] -= back;
            left -= back;
        }
    }

    private void moveTo(long slot) {
        for (long each = Math.max(newest, slot - SLOTS) + 1; each <= slot; each++) {
            counts[index(each)] = 0;
        }
        newest = Math.max(newest, slot);
    }

    private static int index(long slot) {
        return Math.floorMod(slot, SLOTS);
    }
}
