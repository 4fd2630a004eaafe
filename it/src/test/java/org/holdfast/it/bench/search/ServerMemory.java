package org.holdfast.it.bench.search;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** How much memory of the machine the application server's process has, looked at each second. Thread-safe. */
final class ServerMemory implements AutoCloseable {
    private final Path status;
    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor();
    private long least = Long.MAX_VALUE;
    private long most;

    /** Of the server whose files are below a directory. */
    ServerMemory(Path home) {
        this.status = ProcessHandle.allProcesses()
                .filter(process -> process.info()
                        .commandLine()
                        .filter(line -> line.contains(home.toString()) && line.contains("glassfish"))
                        .isPresent())
                .findFirst()
                .map(process -> Path.of("/proc", Long.toString(process.pid()), "status"))
                .orElseThrow(() -> new IllegalStateException("no application server of " + home + " runs"));
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

    @Override
    public void close() {
        thread.shutdownNow();
    }
}
