package org.holdfast.memory;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import dev.langchain4j.model.embedding.onnx.AbstractInProcessEmbeddingModel;
import dev.langchain4j.model.embedding.onnx.OnnxBertBiEncoder;
import dev.langchain4j.model.embedding.onnx.PoolingMode;
import dev.langchain4j.model.embedding.onnx.allminilml6v2q.AllMiniLmL6V2QuantizedEmbeddingModel;
import java.io.IOException;
import java.io.InputStream;
import org.holdfast.settings.VectorSettings;

/**
 * The quantised all-MiniLM-L6-v2 of LangChain4j's jar, in a session that runs each inference on the calling thread alone.
 * LangChain4j's own session spreads each over all cores, and for short texts the threads then wait for one another: on two
 * cores two callers at once embed twice as much with this one. It reads the first 128 tokens of a text. Thread-safe.
 */
final class OneThreadMiniLm extends AbstractInProcessEmbeddingModel {
    private final OnnxBertBiEncoder encoder;

    private OneThreadMiniLm(OnnxBertBiEncoder encoder) {
        super(Runnable::run);
        this.encoder = encoder;
    }

    /** Loads the model, which takes about a second and 100 MB outside the heap. */
    static OneThreadMiniLm load() {
        // The class is only named, never initialised: that would load a second session.
        Class<?> jar = AllMiniLmL6V2QuantizedEmbeddingModel.class;
        OrtEnvironment environment = OrtEnvironment.getEnvironment();
        try (InputStream model = resource(jar, "/all-minilm-l6-v2-q.onnx");
                InputStream tokenizer = resource(jar, "/all-minilm-l6-v2-q-tokenizer.json");
                OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
            options.setIntraOpNumThreads(1);
            options.setInterOpNumThreads(1);
            OrtSession session = environment.createSession(model.readAllBytes(), options);
            return new OneThreadMiniLm(new OnnxBertBiEncoder(environment, session, tokenizer, PoolingMode.MEAN));
        } catch (OrtException | IOException failure) {
            throw new IllegalStateException("the embedding model cannot be loaded", failure);
        }
    }

    private static InputStream resource(Class<?> jar, String name) throws IOException {
        InputStream found = jar.getResourceAsStream(name);
        if (found == null) {
            throw new IOException("no " + name + " beside " + jar.getName());
        }
        return found;
    }

    @Override
    protected OnnxBertBiEncoder model() {
        return encoder;
    }

    @Override
    protected Integer knownDimension() {
        return VectorSettings.DIMENSIONS;
    }
}
