package org.holdfast.launcher;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The processes of one node: server programs that have their working directory in the node's directory, and what they
 * started. This holds for every backend of PostgreSQL too, each of which leaves its parent's process group, and it
 * holds when the parent is gone. A pid file could name a process of somebody else.
 */
final class NodeProcesses {
    // A shell or an editor that happens to stand in the directory is none of ours.
    private static final Set<String> PROGRAMS =
            Set.of("postgres", "initdb", "pg_basebackup", "redis-server", "java", "setsid", "setpriv", "jspawnhelper");
    private static final Path PROC = Path.of("/proc");
    private static final Duration REAPED_MAX = Duration.ofSeconds(2);
    private static final Duration POLL = Duration.ofMillis(20);

    private final Path directory;

    /** {@code directory} must be the real path, without symbolic links. */
    NodeProcesses(Path directory) {
        this.directory = directory;
    }

    record Entry(long pid, long parent, char state, boolean isOurs) {
        boolean isStopped() {
            return state == 'T';
        }
    }

    /** A snapshot of all processes, parents before the processes they started. */
    List<Entry> list() {
        Map<Long, Entry> all = new HashMap<>();
        try (DirectoryStream<Path> processes = Files.newDirectoryStream(PROC, "[0-9]*")) {
            for (Path process : processes) {
                read(process).ifPresent(entry -> all.put(entry.pid(), entry));
            }
        } catch (IOException e) {
            throw new LauncherException("cannot list processes in /proc", e);
        }
        Set<Long> pids =
                all.values().stream().filter(Entry::isOurs).map(Entry::pid).collect(Collectors.toSet());
        Set<Long> found = new HashSet<>(pids);
        boolean grew = true;
        while (grew) {
            grew = all.values().stream()
                    .filter(entry -> found.contains(entry.parent()))
                    .anyMatch(e -> found.add(e.pid()));
        }
        List<Entry> result = new ArrayList<>(found.stream().map(all::get).toList());
        result.sort((a, b) -> Boolean.compare(found.contains(a.parent()), found.contains(b.parent())));
        return result;
    }

    /** The process whose parent is not of this node: postmaster, redis-server or JVM. */
    Optional<Entry> main() {
        List<Entry> all = list();
        Set<Long> pids = all.stream().map(Entry::pid).collect(Collectors.toSet());
        return all.stream().filter(entry -> !pids.contains(entry.parent())).findFirst();
    }

    boolean isRunning() {
        return !list().isEmpty();
    }

    /** SIGKILL to all at once; returns when all are gone. */
    void kill() {
        List<Long> before = pids();
        // Stopped first, so that no parent starts another child between the listing and the kill.
        signal("STOP");
        signal("KILL");
        boolean gone = Waiting.until(Duration.ofSeconds(10), POLL, () -> {
            signal("KILL");
            return !isRunning();
        });
        if (!gone) {
            throw new LauncherException("processes " + pids() + " in " + directory + " survived SIGKILL for 10 s");
        }
        awaitReaped(before);
    }

    void pause() {
        signal("STOP");
        // Twice: a child started between the listing and the stop of its parent would run on.
        signal("STOP");
    }

    void resume() {
        signal("CONT");
    }

    /** Asks the main process to end, and kills what is left after {@code grace}. Paused processes are resumed first. */
    void stop(String signal, Duration grace) {
        Optional<Entry> main = main();
        if (main.isEmpty()) {
            return;
        }
        List<Long> before = pids();
        send(signal, List.of(main.get().pid()));
        resume();
        if (!Waiting.until(grace, POLL, () -> !isRunning())) {
            kill();
        }
        awaitReaped(before);
    }

    // A dead process keeps its number until its parent, often process 1 by now, has asked for its exit code. Nothing
    // depends on that, but whoever looks at the process list right after a stop should find it empty.
    private static void awaitReaped(List<Long> pids) {
        Waiting.until(
                REAPED_MAX, POLL, () -> pids.stream().noneMatch(pid -> Files.exists(PROC.resolve(Long.toString(pid)))));
    }

    private void signal(String name) {
        List<Long> pids = pids();
        if (!pids.isEmpty()) {
            send(name, pids);
        }
    }

    private List<Long> pids() {
        return list().stream().map(Entry::pid).toList();
    }

    // A process may end between the listing and the signal: a failing kill is no failure.
    private static void send(String name, List<Long> pids) {
        String targets = pids.stream().map(String::valueOf).collect(Collectors.joining(" "));
        Command.of("/bin/sh", "-c", "kill -s " + name + " " + targets).run();
    }

    private Optional<Entry> read(Path process) {
        try {
            // The program's name stands in parentheses and may hold spaces; the rest is split by blanks.
            String stat = Files.readString(process.resolve("stat"));
            String name = stat.substring(stat.indexOf('(') + 1, stat.lastIndexOf(')'));
            String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", 3);
            char state = fields[0].charAt(0);
            if (state == 'Z' || state == 'X') {
                return Optional.empty();
            }
            long pid = Long.parseLong(process.getFileName().toString());
            return Optional.of(new Entry(pid, Long.parseLong(fields[1]), state, isOurs(process, name)));
        } catch (IOException gone) {
            return Optional.empty();
        }
    }

    private boolean isOurs(Path process, String name) {
        if (!PROGRAMS.contains(name)) {
            return false;
        }
        try {
            return Files.readSymbolicLink(process.resolve("cwd")).startsWith(directory);
        } catch (IOException foreign) {
            // Processes of other users hide their working directory.
            return false;
        }
    }
}
