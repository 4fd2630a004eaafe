package org.holdfast.audit;

import java.sql.Array;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.UUID;
import org.holdfast.chain.BaseAnchor;

/** Bases as rows: the columns, and what they say. */
final class BaseRows {
    /** The newest base of a chain. */
    static final String NEWEST = """
            select b.tenant_id, b.sequence, b.hash, b.stray_sequences, b.stray_entries, b.stray_chains,
                   (extract(epoch from b.at) * 1000000)::bigint, b.key_id, b.signature, k.public_key
            from audit.base b left join audit.key k using (key_id)
            where b.tenant_id = ? order by b.sequence desc, b.at desc limit 1
            """;

    private BaseRows() {}

    static BaseAnchor signed(ResultSet row) throws SQLException {
        return new BaseAnchor(
                row.getObject(1, UUID.class),
                row.getLong(2),
                row.getBytes(3),
                strays(row),
                row.getLong(7),
                row.getString(8),
                row.getBytes(9));
    }

    static BaseView view(ResultSet row) throws SQLException {
        BaseAnchor base = signed(row);
        HexFormat hex = HexFormat.of();
        byte[] publicKey = row.getBytes(10);
        byte[] signature = base.signature();
        return new BaseView(
                base.tenant(),
                base.sequence(),
                Instant.EPOCH.plus(base.atMicros(), ChronoUnit.MICROS),
                hex.formatHex(base.hash()),
                base.strays().stream()
                        .map(stray -> new BaseView.Stray(
                                stray.sequence(), hex.formatHex(stray.entryHash()), hex.formatHex(stray.chainHash())))
                        .toList(),
                base.keyId(),
                publicKey == null ? null : hex.formatHex(publicKey),
                signature == null ? null : hex.formatHex(signature));
    }

    /** As {@code audit.bases} has them. */
    static BaseAnchor unsigned(ResultSet row) throws SQLException {
        return new BaseAnchor(
                row.getObject(1, UUID.class), row.getLong(2), row.getBytes(3), strays(row), 0, null, null);
    }

    private static List<BaseAnchor.Stray> strays(ResultSet row) throws SQLException {
        Long[] sequences = (Long[]) present(row.getArray(4));
        byte[][] entries = (byte[][]) present(row.getArray(5));
        byte[][] chains = (byte[][]) present(row.getArray(6));
        List<BaseAnchor.Stray> strays = new ArrayList<>(sequences.length);
        // Somebody may have made them differ in length, which the signature tells.
        for (int i = 0; i < Math.min(sequences.length, Math.min(entries.length, chains.length)); i++) {
            strays.add(new BaseAnchor.Stray(sequences[i], entries[i], chains[i]));
        }
        return strays;
    }

    private static Object present(Array array) throws SQLException {
        return array.getArray();
    }
}
