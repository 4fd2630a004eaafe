package org.holdfast.memory;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.langchain4j.data.segment.TextSegment;
import dev.langchain4j.model.embedding.onnx.allminilml6v2q.AllMiniLmL6V2QuantizedEmbeddingModel;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ForkJoinPool;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;

/**
 * Measures what the embedder alone reaches on the texts of a JSON-lines file of turns ({@code .gz} too): the yardstick for
 * imports. Arguments: the file, and how many of its lines to use (all if not given).
 */
final class EmbedderBench {
    private static final int CHUNK = 250;

    /** Work to be timed. */
    private interface Work {
        void run() throws ExecutionException, InterruptedException;
    }

    private EmbedderBench() {}

    public static void main(String[] arguments) throws Exception {
        int lines = arguments.length > 1 ? Integer.parseInt(arguments[1]) : Integer.MAX_VALUE;
        List<String> texts = texts(Path.of(arguments[0]), lines);
        int cores = Runtime.getRuntime().availableProcessors();
        PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        out.printf(
                "%d texts, %d different, %d cores%n",
                texts.size(), texts.stream().distinct().count(), cores);
        ExecutorService threads = Executors.newCachedThreadPool();
        try {
            AllMiniLmL6V2QuantizedEmbeddingModel asDelivered = new AllMiniLmL6V2QuantizedEmbeddingModel();
            OneThreadMiniLm oneThread = OneThreadMiniLm.load();
            ParallelEmbedding embedding = new ParallelEmbedding(new InProcessSource(oneThread, cores), threads, 10_000);
            texts.subList(0, Math.min(texts.size(), CHUNK)).forEach(oneThread::embed);
            report(
                    out,
                    "LangChain4j's model, embedAll",
                    texts,
                    () -> chunks(texts)
                            .forEach(chunk -> asDelivered.embedAll(
                                    chunk.stream().map(TextSegment::from).toList())));
            report(
                    out,
                    "embedder alone, every text",
                    texts,
                    () -> new ForkJoinPool(cores)
                            .submit(() -> texts.parallelStream().forEach(oneThread::embed))
                            .get());
            report(out, "embedder alone, repeats once", texts, () -> {
                for (List<String> chunk : chunks(texts).toList()) {
                    embedding.embedAll(chunk).get();
                }
            });
        } finally {
            threads.shutdown();
        }
    }

    private static void report(PrintStream out, String name, List<String> texts, Work work)
            throws ExecutionException, InterruptedException {
        long begun = System.nanoTime();
        work.run();
        double seconds = (System.nanoTime() - begun) / 1e9;
        out.printf("%-32s %8.1f texts/s %8.2f s%n", name, texts.size() / seconds, seconds);
    }

    private static Stream<List<String>> chunks(List<String> texts) {
        return Stream.iterate(0, from -> from < texts.size(), from -> from + CHUNK)
                .map(from -> texts.subList(from, Math.min(texts.size(), from + CHUNK)));
    }

    private static List<String> texts(Path file, int lines) throws IOException {
        ObjectMapper json = new ObjectMapper();
        try (InputStream bytes = Files.newInputStream(file);
                InputStream plain = file.toString().endsWith(".gz") ? new GZIPInputStream(bytes) : bytes;
                BufferedReader reader = new BufferedReader(new InputStreamReader(plain, StandardCharsets.UTF_8))) {
            List<String> read = reader.lines().limit(lines).toList();
            String[] texts = new String[read.size()];
            for (int i = 0; i < texts.length; i++) {
                texts[i] = json.readTree(read.get(i)).path("text").asText();
            }
            return List.of(texts);
        }
    }
}
