package org.holdfast.cache;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.sql.Timestamp;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TimeZone;
import java.util.Vector;
import org.eclipse.persistence.descriptors.ClassDescriptor;
import org.eclipse.persistence.descriptors.FetchGroupManager;
import org.eclipse.persistence.descriptors.TimestampLockingPolicy;
import org.eclipse.persistence.descriptors.VersionLockingPolicy;
import org.eclipse.persistence.internal.helper.DatabaseField;
import org.eclipse.persistence.internal.sessions.AbstractRecord;
import org.eclipse.persistence.internal.sessions.AbstractSession;
import org.eclipse.persistence.mappings.DatabaseMapping;
import org.eclipse.persistence.queries.FetchGroup;
import org.eclipse.persistence.sessions.DatabaseRecord;
import org.holdfast.cache.guard.Versions;
import org.holdfast.cache.row.ValueReader;
import org.holdfast.cache.row.ValueWriter;
import org.jspecify.annotations.Nullable;

/** The columns of one concrete entity class that make up its cached row, and its version. Immutable, thread-safe. */
final class RowShape {
    private static final int FORM_BYTES = 8;
    private static final int HEAD_BYTES = 1 + Versions.BYTES + FORM_BYTES;
    private static final int CODING = 1;

    private final ClassDescriptor descriptor;
    private final int number;
    private final List<DatabaseField> fields;
    private final boolean cachesVectors;
    private final boolean isVersioned;
    private final boolean isKnownAfterWrite;
    private byte[] form = new byte[FORM_BYTES];

    /**
     * @param descriptor initialised
     * @param number of the class among those of its region
     */
    RowShape(ClassDescriptor descriptor, int number, boolean cachesVectors) {
        this.descriptor = descriptor;
        this.number = number;
        this.cachesVectors = cachesVectors;
        this.fields = List.copyOf(fieldsOf(descriptor));
        this.isVersioned = descriptor.getOptimisticLockingPolicy() instanceof VersionLockingPolicy policy
                && policy.getWriteLockField() != null;
        this.isKnownAfterWrite = isVersioned && writesAllItReads(descriptor);
    }

    ClassDescriptor descriptor() {
        return descriptor;
    }

    /** The columns of the attributes that are read at once; a lazy one is not part of the row. */
    private static Set<DatabaseField> fieldsOf(ClassDescriptor descriptor) {
        Set<DatabaseField> fields = new LinkedHashSet<>(descriptor.getPrimaryKeyFields());
        for (DatabaseMapping mapping : descriptor.getMappings()) {
            if (isReadAtOnce(descriptor, mapping)) {
                fields.addAll(mapping.getFields());
            }
        }
        if (descriptor.getOptimisticLockingPolicy() instanceof VersionLockingPolicy policy
                && policy.getWriteLockField() != null) {
            fields.add(policy.getWriteLockField());
        }
        if (descriptor.hasInheritance() && descriptor.getInheritancePolicy().getClassIndicatorField() != null) {
            fields.add(descriptor.getInheritancePolicy().getClassIndicatorField());
        }
        // What relations that are not kept in the shared object are read by.
        fields.addAll(descriptor.getForeignKeyValuesForCaching());
        return fields;
    }

    private static boolean isReadAtOnce(ClassDescriptor descriptor, DatabaseMapping mapping) {
        FetchGroupManager manager = descriptor.getFetchGroupManager();
        FetchGroup group = manager == null ? null : manager.getDefaultFetchGroup();
        return group == null || group.containsAttributeInternal(mapping.getAttributeName());
    }

    // Columns that the database fills in are not what the entity says after its insert or update.
    private static boolean writesAllItReads(ClassDescriptor descriptor) {
        return !descriptor.hasReturningPolicies()
                && descriptor.getMappings().stream()
                        .filter(DatabaseMapping::isDirectToFieldMapping)
                        .noneMatch(DatabaseMapping::isReadOnly);
    }

    /** Whether an update makes the version grow. */
    boolean isVersioned() {
        return isVersioned;
    }

    /** Whether the entity, once written, is as its row will be read. */
    boolean isKnownAfterWrite() {
        return isKnownAfterWrite;
    }

    /** What the form of the rows depends on: rows of another form are not understood. */
    String formText() {
        StringBuilder text = new StringBuilder()
                .append(CODING)
                .append('|')
                // Dates without zone are kept as the driver read them in this zone.
                .append(TimeZone.getDefault().getID())
                .append('|')
                .append(descriptor.getJavaClassName())
                .append('|')
                .append(number);
        for (DatabaseField field : fields) {
            text.append('|').append(field.getQualifiedName()).append(' ').append(field.getTypeName());
        }
        for (DatabaseMapping mapping : descriptor.getMappings()) {
            text.append('|')
                    .append(mapping.getAttributeName())
                    .append(' ')
                    .append(mapping.getAttributeClassification());
        }
        return text.toString();
    }

    /** The forms of all classes of a region in eight bytes. */
    static byte[] form(List<RowShape> shapes) {
        StringBuilder text = new StringBuilder();
        shapes.forEach(shape -> text.append(shape.formText()).append('\n'));
        try {
            byte[] hash =
                    MessageDigest.getInstance("SHA-256").digest(text.toString().getBytes(StandardCharsets.UTF_8));
            return java.util.Arrays.copyOf(hash, FORM_BYTES);
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every Java platform has SHA-256", impossible);
        }
    }

    void hasForm(byte[] regionsForm) {
        this.form = regionsForm;
    }

    /**
     * The row as bytes; empty when it lacks a column, because the query did not ask for it.
     *
     * @throws org.holdfast.cache.row.UncodableValueException when a value is of a type that cannot be kept
     */
    Optional<byte[]> encode(AbstractRecord row, long version) {
        ValueWriter out = new ValueWriter(cachesVectors)
                .octet('R')
                .raw(Versions.bytes(version))
                .raw(form)
                .count(number);
        for (DatabaseField field : fields) {
            Object value = row.getIndicatingNoEntry(field);
            if (value == AbstractRecord.noEntry) {
                return Optional.empty();
            }
            out.value(value);
        }
        return Optional.of(out.toByteArray());
    }

    /** Whether the bytes are a row of this form, and not a tombstone or a row of another one. */
    static boolean isRow(byte[] bytes, byte[] form) {
        return bytes.length > HEAD_BYTES
                && bytes[0] == 'R'
                && java.util.Arrays.equals(bytes, 1 + Versions.BYTES, HEAD_BYTES, form, 0, FORM_BYTES);
    }

    static long versionOf(byte[] bytes) {
        return Versions.read(bytes, 1);
    }

    /** The number of the class that a row is of. */
    static int numberOf(byte[] bytes) {
        return (int) new ValueReader(bytes, HEAD_BYTES).count();
    }

    /** The row that {@link #encode} took. */
    @SuppressWarnings("JdkObsolete") // EclipseLink's records are made of vectors.
    AbstractRecord decode(byte[] bytes) {
        ValueReader in = new ValueReader(bytes, HEAD_BYTES);
        in.count();
        Vector<DatabaseField> names = new Vector<>(fields);
        Vector<@Nullable Object> values = new Vector<>(names.size());
        for (int each = 0; each < names.size(); each++) {
            values.add(in.value());
        }
        return new DatabaseRecord(names, values);
    }

    /** The version in a row; {@link Versions#NONE} for an entity without one. */
    long version(AbstractRecord row) {
        if (!isVersioned) {
            return Versions.NONE;
        }
        return number(row.get(lockField()));
    }

    /** The version that an update or delete is about to write. */
    long versionWritten(@Nullable AbstractRecord row, Object entity, AbstractSession session) {
        if (!isVersioned || row == null) {
            return Versions.ABOVE_ALL;
        }
        Object written = row.getIndicatingNoEntry(lockField());
        if (written != null && written != AbstractRecord.noEntry) {
            return number(written);
        }
        return Versions.after(version(entity, session));
    }

    /** The version of an entity. */
    long version(Object entity, AbstractSession session) {
        if (!isVersioned) {
            return Versions.NONE;
        }
        Object primaryKey = descriptor.getObjectBuilder().extractPrimaryKeyFromObject(entity, session);
        return number(descriptor.getOptimisticLockingPolicy().getWriteLockValue(entity, primaryKey, session));
    }

    private DatabaseField lockField() {
        return ((VersionLockingPolicy) descriptor.getOptimisticLockingPolicy()).getWriteLockField();
    }

    private long number(@Nullable Object version) {
        if (version instanceof Timestamp moment) {
            // Microseconds: what PostgreSQL keeps.
            return Math.floorDiv(moment.getTime(), 1000L) * 1_000_000L + moment.getNanos() / 1000;
        }
        if (version instanceof Number count) {
            return count.longValue();
        }
        throw new IllegalStateException(descriptor.getAlias() + " has the version " + version
                + (descriptor.getOptimisticLockingPolicy() instanceof TimestampLockingPolicy
                        ? ", no time"
                        : ", no number"));
    }
}
