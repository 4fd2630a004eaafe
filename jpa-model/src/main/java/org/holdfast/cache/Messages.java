package org.holdfast.cache;

import java.nio.ByteBuffer;
import java.util.UUID;
import org.holdfast.cache.guard.Versions;
import org.holdfast.cache.row.ValueReader;
import org.holdfast.cache.row.ValueWriter;

/** What instances tell each other through the topic. The first byte says which of them it is. */
final class Messages {
    /** An instance asks itself whether messages arrive. */
    static final int BEAT = 'B';
    /** Epochs were made anew: everybody looks at once. */
    static final int LOOK = 'L';
    /** A row is outdated. */
    static final int ROW = 'I';
    /** A region is emptied. */
    static final int REGION = 'D';

    /** A tag is changed. */
    static final int TAG = 'T';

    private static final int BEAT_BYTES = 1 + 16 + 8;

    /** A row that is outdated below a version. */
    record OutdatedRow(String region, String partition, Object primaryKey, long version) {}

    /** A tag that is changed. */
    record ChangedTag(String region, String partition, String part) {}

    /** A region that is emptied, and takes nothing for a while. */
    record EmptiedRegion(String region, long freezeMillis) {}

    private Messages() {}

    static byte[] beat(UUID instance, long number) {
        return ByteBuffer.allocate(BEAT_BYTES)
                .put((byte) BEAT)
                .putLong(instance.getMostSignificantBits())
                .putLong(instance.getLeastSignificantBits())
                .putLong(number)
                .array();
    }

    static byte[] look() {
        return new byte[] {LOOK};
    }

    static byte[] row(RowKey key, long version) {
        return new ValueWriter(false)
                .octet(ROW)
                .text(key.region().name())
                .text(key.partition())
                .blob(key.bytes())
                .raw(Versions.bytes(version))
                .toByteArray();
    }

    static byte[] region(Region region, long freezeMillis) {
        return new ValueWriter(false)
                .octet(REGION)
                .text(region.name())
                .count(freezeMillis)
                .toByteArray();
    }

    static byte[] tag(TagKey tag) {
        return new ValueWriter(false)
                .octet(TAG)
                .text(tag.region().name())
                .text(tag.partition())
                .text(tag.part())
                .toByteArray();
    }

    static ChangedTag changedTag(byte[] message) {
        ValueReader in = new ValueReader(message, 1);
        return new ChangedTag(in.text(), in.text(), in.text());
    }

    static OutdatedRow outdatedRow(byte[] message) {
        ValueReader in = new ValueReader(message, 1);
        String region = in.text();
        String partition = in.text();
        Object primaryKey = RowKey.primaryKey(in.blob());
        return new OutdatedRow(region, partition, primaryKey, Versions.read(message, message.length - Versions.BYTES));
    }

    static EmptiedRegion emptiedRegion(byte[] message) {
        ValueReader in = new ValueReader(message, 1);
        return new EmptiedRegion(in.text(), in.count());
    }

    /** The number of a beat of this instance; -1 for one of another instance. */
    static long beatOf(UUID instance, byte[] message) {
        ByteBuffer in = ByteBuffer.wrap(message, 1, BEAT_BYTES - 1);
        boolean isOwn =
                in.getLong() == instance.getMostSignificantBits() && in.getLong() == instance.getLeastSignificantBits();
        return isOwn ? in.getLong() : -1;
    }
}
