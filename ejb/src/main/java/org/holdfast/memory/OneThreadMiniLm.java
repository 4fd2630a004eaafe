package org.holdfast.memory;

import ai.djl.huggingface.tokenizers.Encoding;
import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import dev.langchain4j.data.embedding.Embedding;
import dev.langchain4j.data.segment.TextSegment;
import dev.langchain4j.model.embedding.DimensionAwareEmbeddingModel;
import dev.langchain4j.model.embedding.onnx.allminilml6v2q.AllMiniLmL6V2QuantizedEmbeddingModel;
import dev.langchain4j.model.output.Response;
import java.io.IOException;
import java.io.InputStream;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.util.List;
import java.util.Map;
import org.holdfast.settings.VectorSettings;

/**
 * The quantised all-MiniLM-L6-v2 of LangChain4j's jar, in a session that runs each inference on the calling thread alone.
 * LangChain4j's own session spreads each over all cores, and for short texts the threads then wait for one another: on two
 * cores two callers at once embed twice as much with this one. Its encoder also makes tokens of a text, a text of them, and tokens
 * again; here they are made once. The vectors are the same. It reads the first 128 tokens of a text. Thread-safe.
 */
final class OneThreadMiniLm extends DimensionAwareEmbeddingModel {
    // One before a text and one behind it.
    private static final int TOKENS_OF_NOTHING = 2;

    private final OrtEnvironment environment;
    private final OrtSession session;
    private final HuggingFaceTokenizer tokenizer;

    private OneThreadMiniLm(OrtEnvironment environment, OrtSession session, HuggingFaceTokenizer tokenizer) {
        this.environment = environment;
        this.session = session;
        this.tokenizer = tokenizer;
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
            return new OneThreadMiniLm(
                    environment,
                    environment.createSession(model.readAllBytes(), options),
                    HuggingFaceTokenizer.newInstance(tokenizer, Map.of("padding", "false")));
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

    /**
     * One vector for each text, of length 1.
     *
     * @throws IllegalArgumentException when there is nothing to read in one of them
     */
    @Override
    public Response<List<Embedding>> embedAll(List<TextSegment> texts) {
        return Response.from(
                texts.stream().map(text -> Embedding.from(vector(text.text()))).toList());
    }

    @Override
    protected Integer knownDimension() {
        return VectorSettings.DIMENSIONS;
    }

    private float[] vector(String text) {
        Encoding encoding = tokenizer.encode(text, true, false);
        int tokens = encoding.getIds().length;
        if (tokens <= TOKENS_OF_NOTHING) {
            throw new IllegalArgumentException("there is nothing to read in the text");
        }
        try (OnnxTensor ids = tensor(encoding.getIds());
                OnnxTensor mask = tensor(encoding.getAttentionMask());
                OnnxTensor types = tensor(encoding.getTypeIds());
                OrtSession.Result result =
                        session.run(Map.of("input_ids", ids, "attention_mask", mask, "token_type_ids", types))) {
            return ofLengthOne(sum(((OnnxTensor) result.get(0)).getFloatBuffer(), tokens));
        } catch (OrtException failure) {
            throw new IllegalStateException("the embedding model failed", failure);
        }
    }

    private OnnxTensor tensor(long[] values) throws OrtException {
        return OnnxTensor.createTensor(environment, LongBuffer.wrap(values), new long[] {1, values.length});
    }

    // Points where their mean does.
    private static float[] sum(FloatBuffer ofTokens, int tokens) {
        float[] sum = new float[VectorSettings.DIMENSIONS];
        for (int token = 0; token < tokens; token++) {
            for (int i = 0; i < sum.length; i++) {
                sum[i] += ofTokens.get();
            }
        }
        return sum;
    }

    private static float[] ofLengthOne(float[] vector) {
        double square = 0;
        for (float part : vector) {
            square += (double) part * part;
        }
        float length = (float) Math.sqrt(square);
        for (int i = 0; i < vector.length; i++) {
            vector[i] /= length;
        }
        return vector;
    }
}
