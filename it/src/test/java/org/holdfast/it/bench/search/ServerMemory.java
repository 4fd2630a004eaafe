package org.holdfast.it.bench.search;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** How much memory the application server has: of the machine, looked at each second, and of its heap what is in use. Thread-safe. */
final class ServerMemory implements AutoCloseable {
    private static final Pattern USED = Pattern.compile("total \\d+K, used (\\d+)K");
    private static final long JCMD_SECONDS_MAX = 60;

    private final long server;
    private final Path status;
    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor();
    private long least = Long.MAX_VALUE;
    private long most;

    /** Of the server whose files are below a directory. */
    ServerMemory(Path home) {
        this.server = ProcessHandle.allProcesses()
                .filter(process -> process.info()
                        .commandLine()
                        .filter(line -> line.contains(home.toString()) && line.contains("glassfish"))
                        .isPresent())
                .findFirst()
                .map(ProcessHandle::pid)
                .orElseThrow(() -> new IllegalStateException("no application server of " + home + " runs"));
        this.status = Path.of("/proc", Long.toString(server), "status");
        var unused = thread.scheduleAtFixedRate(this::look, 0, 1, TimeUnit.SECONDS);
    }

    private void look() {
        OptionalLong now = megabytes();
        synchronized (this) {
            least = Math.min(least, now.orElse(least));
            most = Math.max(most, now.orElse(most));
        }
    }

    // Empty when the server is gone, which whoever calls it will tell.
    private OptionalLong megabytes() {
        try {
            List<String> lines = Files.readAllLines(status);
            return lines.stream()
                    .filter(line -> line.startsWith("VmRSS:"))
                    .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) / 1_024)
                    .findFirst();
        } catch (IOException gone) {
            return OptionalLong.empty();
        }
    }

    /** From what to what it was since the last time, in megabytes. */
    synchronized String range() {
        String range = least + " to " + most;
        least = Long.MAX_VALUE;
        most = 0;
        return range;
    }

    /** What of its heap is in use after a full collection, in megabytes. */
    long live() throws IOException, InterruptedException {
        String unused = jcmd("GC.run");
        String heap = jcmd("GC.heap_info");
        Matcher used = USED.matcher(heap);
        if (!used.find()) {
            throw new IOException("the heap of process " + server + " was not told: " + heap);
        }
        return Long.parseLong(used.group(1)) / 1_024;
    }

    private String jcmd(String command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "jcmd").toString(),
                        Long.toString(server),
                        command)
                .redirectErrorStream(true)
                .start();
        if (!process.waitFor(JCMD_SECONDS_MAX, TimeUnit.SECONDS)) {
            process.destroyForcibly();
            throw new IOException(command + " took more than " + JCMD_SECONDS_MAX + " s");
        }
        return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }

    @Override
    public void close() {
        thread.shutdownNow();
    }
}
