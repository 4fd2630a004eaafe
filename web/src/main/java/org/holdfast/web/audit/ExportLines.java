package org.holdfast.web.audit;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.ObjectMapper;
import jakarta.ws.rs.core.StreamingOutput;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.HexFormat;
import java.util.function.Consumer;
import org.holdfast.audit.AnchorView;
import org.holdfast.audit.Anchors;
import org.holdfast.audit.AuditEntries;
import org.holdfast.audit.BaseView;
import org.holdfast.chain.AuditRecord;
import org.holdfast.chain.Seal;
import org.holdfast.chain.SealedRecord;
import org.jspecify.annotations.Nullable;

/**
 * The export: a line of JSON for each sealed entry, before those of a chain its base, if it has one, and after all of them one
 * for each of the newest anchors. The changes are a text, because their hash is that of the text. Used once.
 */
final class ExportLines implements StreamingOutput {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int ANCHORS_MAX = 500;

    private final AuditEntries entries;
    private final Anchors anchors;

    ExportLines(AuditEntries entries, Anchors anchors) {
        this.entries = entries;
        this.anchors = anchors;
    }

    @Override
    public void write(OutputStream output) throws IOException {
        try (JsonGenerator json = JSON.createGenerator(output)) {
            json.setRootValueSeparator(null);
            entries.export(line(json, ExportLines::base), line(json, ExportLines::entry));
            for (AnchorView anchor : anchors.newest(ANCHORS_MAX)) {
                anchor(json, anchor);
                json.writeRaw('\n');
            }
        } catch (UncheckedIOException gone) {
            throw gone.getCause();
        }
    }

    /** How something is written. */
    private interface Writing<T> {
        void to(JsonGenerator json, T what) throws IOException;
    }

    private static <T> Consumer<T> line(JsonGenerator json, Writing<T> writing) {
        return what -> {
            try {
                writing.to(json, what);
                json.writeRaw('\n');
            } catch (IOException gone) {
                throw new UncheckedIOException(gone);
            }
        };
    }

    private static void base(JsonGenerator json, BaseView base) throws IOException {
        json.writeStartObject();
        json.writeStringField("tenant", base.tenant().toString());
        json.writeNumberField("base", base.base());
        json.writeStringField("at", base.at().toString());
        json.writeStringField("hash", base.hash());
        json.writeArrayFieldStart("strays");
        for (BaseView.Stray stray : base.strays()) {
            json.writeStartObject();
            json.writeNumberField("sequence", stray.sequence());
            json.writeStringField("entryHash", stray.entryHash());
            json.writeStringField("chainHash", stray.chainHash());
            json.writeEndObject();
        }
        json.writeEndArray();
        json.writeStringField("keyId", base.keyId());
        json.writeStringField("publicKey", base.publicKey());
        json.writeStringField("signature", base.signature());
        json.writeEndObject();
    }

    private static void entry(JsonGenerator json, SealedRecord entry) throws IOException {
        AuditRecord said = entry.record();
        Seal seal = entry.seal();
        json.writeStartObject();
        json.writeStringField("tenant", said.tenant().toString());
        json.writeNumberField("sequence", seal.sequence());
        json.writeNumberField("atMicros", said.atMicros());
        json.writeStringField("id", said.id().toString());
        json.writeNumberField("epoch", said.epoch());
        json.writeStringField("lsn", said.lsn());
        json.writeNumberField("transactionId", said.xid());
        json.writeStringField("source", said.source());
        json.writeStringField("actor", said.who().actor());
        json.writeStringField("roles", said.who().roles());
        json.writeStringField("address", said.who().address());
        json.writeStringField("requestId", said.who().requestId());
        json.writeStringField("operation", said.operation());
        json.writeStringField("entity", said.entity());
        json.writeStringField("entityId", said.entityId());
        json.writeStringField("changes", said.changes());
        hex(json, "whoNonce", seal.whoNonce());
        hex(json, "whoHash", seal.whoHash());
        hex(json, "payloadNonce", seal.payloadNonce());
        hex(json, "payloadHash", seal.payloadHash());
        hex(json, "entryHash", seal.entryHash());
        hex(json, "chainHash", seal.chainHash());
        json.writeEndObject();
    }

    private static void anchor(JsonGenerator json, AnchorView anchor) throws IOException {
        json.writeStartObject();
        json.writeStringField("tenant", anchor.tenant().toString());
        json.writeNumberField("sequence", anchor.sequence());
        json.writeStringField("at", anchor.at().toString());
        json.writeStringField("hash", anchor.hash());
        json.writeStringField("keyId", anchor.keyId());
        json.writeStringField("publicKey", anchor.publicKey());
        json.writeStringField("signature", anchor.signature());
        json.writeEndObject();
    }

    private static void hex(JsonGenerator json, String name, byte @Nullable [] bytes) throws IOException {
        json.writeStringField(name, bytes == null ? null : HexFormat.of().formatHex(bytes));
    }
}
