package org.holdfast.failover;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.holdfast.failover.SalvagedChange.Operation;
import org.holdfast.topology.LogPosition;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PgOutputDecoderTest {
    private final PgOutputDecoder decoder = new PgOutputDecoder();

    private Optional<SalvagedTransaction> accept(String hex) {
        return decoder.accept(HexFormat.of().parseHex(hex));
    }

    /** Sent by PostgreSQL 15.18 for tables t.a (id primary key) and t.k (replica identity full). */
    @Nested
    class FromAServer {
        private static final String TABLE_A = "5200004150740061006400070169640000000017ffffffff0074656e616e745f69640000"
                + "000b86ffffffff006e616d650000000019ffffffff006e00000006a4ffffffff006a0000000edaffffffff00620000000010ff"
                + "ffffff006269670000000019ffffffff";
        private static final String TABLE_K_FULL =
                "520000415774006b0066000201780000000017ffffffff01790000000019ffffffff";

        @Test
        void insertionsKeepEveryValueAndTheOrderOfTheCommit() {
            accept(TABLE_A);
            accept("4200000000019c37d8000303c9c0a1fea6000002f8");
            accept(
                    "49000041504e0007740000000131740000002430303030303030302d303030302d303030302d303030302d30303030303030"
                            + "3030303031"
                            + "7400000006c3a9206f6e657400000004312e353074000000107b2261223a205b312c206e756c6c5d7d"
                            + "740000000174740000000a78787878787878787878");
            accept("49000041504e00077400000001336e6e6e6e6e6e");

            SalvagedTransaction ended = accept("430000000000019c37d800000000019c3808000303c9c0a1fea6")
                    .orElseThrow();

            assertThat(ended.xid()).isEqualTo(760);
            assertThat(ended.commit()).isEqualTo(LogPosition.parse("0/19C37D8"));
            assertThat(ended.end()).isEqualTo(LogPosition.parse("0/19C3808"));
            assertThat(ended.committedAt())
                    .isEqualTo(Instant.parse("2000-01-01T00:00:00Z").plusNanos(0x000303c9c0a1fea6L * 1000));
            assertThat(ended.changes()).hasSize(2).allSatisfy(change -> {
                assertThat(change.schema()).isEqualTo("t");
                assertThat(change.table()).isEqualTo("a");
                assertThat(change.operation()).isEqualTo(Operation.INSERT);
                assertThat(change.before()).isEmpty();
            });
            assertThat(key(ended, 0)).isEqualTo("{\"id\":1}");
            assertThat(after(ended, 0))
                    .isEqualTo("{\"id\":1,\"tenant_id\":\"00000000-0000-0000-0000-000000000001\",\"name\":\"é one\","
                            + "\"n\":1.50,\"j\":{\"a\": [1, null]},\"b\":true,\"big\":\"xxxxxxxxxx\"}");
            assertThat(after(ended, 1))
                    .isEqualTo(
                            "{\"id\":3,\"tenant_id\":null,\"name\":null,\"n\":null,\"j\":null,\"b\":null,\"big\":null}");
        }

        @Test
        void aLargeValueThatStayedAsItWasIsLeftOut() {
            accept(TABLE_A);
            accept("4200000000019c38a8000303c9c0a2e2ba000002fa");
            accept("55000041504e00077400000001326e740000000772656e616d656474000000034e614e6e74000000016675");

            SalvagedTransaction ended = accept("430000000000019c38a800000000019c38d8000303c9c0a2e2ba")
                    .orElseThrow();

            assertThat(key(ended, 0)).isEqualTo("{\"id\":2}");
            assertThat(ended.changes().get(0).before()).isEmpty();
            assertThat(after(ended, 0))
                    .isEqualTo(
                            "{\"id\":2,\"tenant_id\":null,\"name\":\"renamed\",\"n\":\"NaN\",\"j\":null,\"b\":false}");
        }

        @Test
        void aChangedKeyIsToldAsItWasBefore() {
            accept(TABLE_A);
            accept("4200000000019c39c0000303c9c0a360d3000002fb");
            accept(
                    "55000041504b00077400000001326e6e6e6e6e6e4e0007740000000232306e740000000772656e616d656474000000034e61"
                            + "4e6e74000000016675");

            SalvagedTransaction ended = accept("430000000000019c39c000000000019c39f0000303c9c0a360d3")
                    .orElseThrow();

            assertThat(key(ended, 0)).isEqualTo("{\"id\":2}");
            assertThat(ended.changes().get(0).before()).isEmpty();
            assertThat(after(ended, 0)).startsWith("{\"id\":20,");
        }

        @Test
        void theWholeRowBeforeIsToldWhereItIsTheIdentity() {
            accept(TABLE_K_FULL);
            accept("4200000000019c3d50000303c9c0a3f82e000002fe");
            accept("55000041574f00027400000001317400000001794e000274000000013174000000017a");
            accept("44000041574f000274000000013174000000017a");

            SalvagedTransaction ended = accept("430000000000019c3d5000000000019c3d80000303c9c0a3f82e")
                    .orElseThrow();

            assertThat(ended.changes())
                    .extracting(SalvagedChange::operation)
                    .containsExactly(Operation.UPDATE, Operation.DELETE);
            assertThat(before(ended, 0)).isEqualTo("{\"x\":1,\"y\":\"y\"}");
            assertThat(after(ended, 0)).isEqualTo("{\"x\":1,\"y\":\"z\"}");
            assertThat(before(ended, 1)).isEqualTo("{\"x\":1,\"y\":\"z\"}");
            assertThat(ended.changes().get(1).after()).isEmpty();
        }

        @Test
        void aDeletionTellsTheKeyAndATruncationTheTables() {
            accept("4200000000019c5598000303c9c0a65a0900000301");
            accept(TABLE_A);
            accept(TABLE_K_FULL);
            accept("44000041504b00077400000001316e6e6e6e6e6e");
            accept("5400000002030000415000004157");

            SalvagedTransaction ended = accept("430000000000019c559800000000019c5838000303c9c0a65a09")
                    .orElseThrow();

            assertThat(key(ended, 0)).isEqualTo("{\"id\":1}");
            assertThat(ended.changes().get(0).before()).isEmpty();
            assertThat(ended.changes().subList(1, 3)).allSatisfy(change -> {
                assertThat(change.operation()).isEqualTo(Operation.TRUNCATE);
                assertThat(change.key()).isEmpty();
                assertThat(change.after()).isEmpty();
            });
            assertThat(ended.changes()).extracting(SalvagedChange::table).containsExactly("a", "a", "k");
        }

        @Test
        void everyMessageThatIsCutOffIsRefused() {
            List<String> whole = List.of(
                    "4200000000019c5598000303c9c0a65a0900000301",
                    TABLE_A,
                    "49000041504e00077400000001336e6e6e6e6e6e",
                    "55000041504b00077400000001326e6e6e6e6e6e4e0007740000000232306e740000000772656e616d656474000000034e61"
                            + "4e6e74000000016675",
                    "44000041504b00077400000001316e6e6e6e6e6e",
                    "54000000010300004150",
                    "430000000000019c559800000000019c5838000303c9c0a65a09");
            for (int cut = 0; cut < whole.size(); cut++) {
                byte[] bytes = HexFormat.of().parseHex(whole.get(cut));
                for (int length = 0; length < bytes.length; length++) {
                    PgOutputDecoder fresh = new PgOutputDecoder();
                    whole.subList(0, cut)
                            .forEach(hex -> fresh.accept(HexFormat.of().parseHex(hex)));
                    byte[] start = Arrays.copyOf(bytes, length);
                    assertThatThrownBy(() -> fresh.accept(start))
                            .as("the first %d bytes of message %d", length, cut)
                            .isInstanceOf(PgOutputException.class);
                }
            }
        }
    }

    private static String key(SalvagedTransaction transaction, int change) {
        return SalvageJson.object(transaction.changes().get(change).key().orElseThrow());
    }

    private static String before(SalvagedTransaction transaction, int change) {
        return SalvageJson.object(transaction.changes().get(change).before().orElseThrow());
    }

    private static String after(SalvagedTransaction transaction, int change) {
        return SalvageJson.object(transaction.changes().get(change).after().orElseThrow());
    }

    /** Made by hand after the protocol's description. */
    @Nested
    class MadeByHand {
        private final byte[] begin = message("B").int64(0x20).int64(0).int32(7).bytes();
        private final byte[] commit =
                message("C").int8(0).int64(0x20).int64(0x30).int64(0).bytes();
        private final byte[] table = message("R")
                .int32(5)
                .name("")
                .name("t")
                .int8('d')
                .int16(1)
                .int8(0)
                .name("c")
                .int32(25)
                .int32(-1)
                .bytes();

        @Test
        void originsTypesAndLogicalMessagesChangeNothing() {
            decoder.accept(
                    message("M").int8(0).int64(1).name("p").text("outside").bytes());
            decoder.accept(message("Y").int32(9).name("public").name("vector").bytes());
            decoder.accept(begin);
            decoder.accept(message("O").int64(1).name("elsewhere").bytes());
            decoder.accept(
                    message("M").int8(1).int64(1).name("p").text("inside").bytes());

            assertThat(decoder.accept(commit).orElseThrow().changes()).isEmpty();
            decoder.end();
        }

        @Test
        void aTableWithoutIdentityHasNoKey() {
            decoder.accept(table);
            decoder.accept(begin);
            decoder.accept(
                    message("I").int32(5).int8('N').int16(1).int8('t').text("v").bytes());

            SalvagedChange change =
                    decoder.accept(commit).orElseThrow().changes().get(0);

            assertThat(change.schema()).isEqualTo("pg_catalog");
            assertThat(change.key()).isEmpty();
        }

        @Test
        void aTableIsAsItWasDescribedLast() {
            decoder.accept(table);
            decoder.accept(begin);
            decoder.accept(message("R")
                    .int32(5)
                    .name("s")
                    .name("renamed")
                    .int8('d')
                    .int16(0)
                    .bytes());
            decoder.accept(message("I").int32(5).int8('N').int16(0).bytes());

            assertThat(decoder.accept(commit).orElseThrow().changes())
                    .extracting(SalvagedChange::table)
                    .containsExactly("renamed");
        }

        @Test
        void aValueLargerThanAPageOfTheServerIsKept() {
            String large = "é".repeat(100_000);
            decoder.accept(table);
            decoder.accept(begin);
            decoder.accept(message("I")
                    .int32(5)
                    .int8('N')
                    .int16(1)
                    .int8('t')
                    .text(large)
                    .bytes());

            SalvagedTransaction ended = decoder.accept(commit).orElseThrow();

            assertThat(after(ended, 0)).isEqualTo("{\"c\":\"" + large + "\"}");
        }

        @Test
        void aChangeOfATableThatWasNotDescribedIsRefused() {
            decoder.accept(begin);

            assertThatThrownBy(() -> decoder.accept(
                            message("I").int32(6).int8('N').int16(0).bytes()))
                    .isInstanceOf(PgOutputException.class)
                    .hasMessageContaining("table 6 was not described");
        }

        @Test
        void aRowThatDoesNotFitItsTableIsRefused() {
            decoder.accept(table);
            decoder.accept(begin);

            assertThatThrownBy(() -> decoder.accept(
                            message("I").int32(5).int8('N').int16(2).bytes()))
                    .isInstanceOf(PgOutputException.class)
                    .hasMessageContaining("2 values for the 1 columns of pg_catalog.t");
        }

        @Test
        void aBinaryValueIsRefused() {
            decoder.accept(table);
            decoder.accept(begin);

            assertThatThrownBy(() -> decoder.accept(message("I")
                            .int32(5)
                            .int8('N')
                            .int16(1)
                            .int8('b')
                            .text("v")
                            .bytes()))
                    .isInstanceOf(PgOutputException.class)
                    .hasMessageContaining("'b' is no kind of value in text format");
        }

        @ParameterizedTest
        @ValueSource(strings = {"S", "E", "c", "A", "b", "P", "K", "r", "p", "?", "\u0000"})
        void aMessageOfAnotherProtocolVersionIsRefused(String type) {
            assertThatThrownBy(() -> decoder.accept(message(type).bytes()))
                    .isInstanceOf(PgOutputException.class)
                    .hasMessageContaining("message '" + type + "'")
                    .hasMessageContaining("no such message");
        }

        @Test
        void whatIsLeftOverIsRefused() {
            byte[] longer = Arrays.copyOf(begin, begin.length + 1);

            assertThatThrownBy(() -> decoder.accept(longer))
                    .isInstanceOf(PgOutputException.class)
                    .hasMessageContaining("1 bytes are left over");
        }

        @Test
        void anythingOutOfOrderIsRefused() {
            assertThatThrownBy(() -> decoder.accept(commit)).hasMessageContaining("no transaction has begun");
            decoder.accept(begin);
            assertThatThrownBy(() -> decoder.accept(begin)).hasMessageContaining("transaction 7 has not ended yet");
            assertThatThrownBy(decoder::end).hasMessageContaining("end inside transaction 7");
            assertThatThrownBy(() -> decoder.accept(message("C")
                            .int8(0)
                            .int64(0x21)
                            .int64(0x30)
                            .int64(0)
                            .bytes()))
                    .hasMessageContaining("commits at 0/21")
                    .hasMessageContaining("0/20");
        }

        @Test
        void noMessageAtAllIsRefused() {
            assertThatThrownBy(() -> decoder.accept(new byte[0]))
                    .isInstanceOf(PgOutputException.class)
                    .hasMessage("an empty message");
        }
    }

    private static Bytes message(String type) {
        return new Bytes().int8(type.charAt(0));
    }

    /** Writes fields as the protocol has them. */
    private static final class Bytes {
        private final ByteArrayOutputStream written = new ByteArrayOutputStream();
        private final DataOutputStream out = new DataOutputStream(written);

        private interface Field {
            void write() throws IOException;
        }

        private Bytes field(Field field) {
            try {
                field.write();
                return this;
            } catch (IOException impossible) {
                throw new AssertionError(impossible);
            }
        }

        Bytes int8(int value) {
            return field(() -> out.writeByte(value));
        }

        Bytes int16(int value) {
            return field(() -> out.writeShort(value));
        }

        Bytes int32(int value) {
            return field(() -> out.writeInt(value));
        }

        Bytes int64(long value) {
            return field(() -> out.writeLong(value));
        }

        Bytes name(String value) {
            return field(() -> out.write(value.getBytes(StandardCharsets.UTF_8)))
                    .int8(0);
        }

        Bytes text(String value) {
            byte[] bytes = value.getBytes(StandardCharsets.UTF_8);
            return int32(bytes.length).field(() -> out.write(bytes));
        }

        byte[] bytes() {
            return written.toByteArray();
        }
    }
}
