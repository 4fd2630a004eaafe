package org.holdfast.launcher;

import java.util.Optional;

/** One server of a topology in the hands of an operator or a test that wants to see what happens without it. */
public final class NodeControl {
    private final LocalNode node;
    private final Home home;

    NodeControl(LocalNode node, Home home) {
        this.node = node;
        this.home = home;
    }

    /** What a node is doing, seen from its processes. */
    public enum State {
        UP,
        DOWN,
        PAUSED
    }

    public String name() {
        return node.name();
    }

    public String role() {
        return node.role();
    }

    public int port() {
        return node.port();
    }

    /** SIGKILL to every process of the node; returns when they are gone. */
    public void kill() {
        node.processes().kill();
    }

    /** SIGSTOP to every process of the node. */
    public void pause() {
        node.processes().pause();
    }

    /** SIGCONT to every process of the node. */
    public void resume() {
        node.processes().resume();
    }

    /** Starts the node with its data; nothing happens when it runs. Returns when it serves. */
    public void start() {
        HomeLock.during(home.real(), node::start);
    }

    /** Ends the node in good order. */
    public void stop() {
        node.stop();
    }

    public State state() {
        return main().map(main -> main.isStopped() ? State.PAUSED : State.UP).orElse(State.DOWN);
    }

    /** The process id of the server's main process. */
    public Optional<Long> pid() {
        return main().map(NodeProcesses.Entry::pid);
    }

    private Optional<NodeProcesses.Entry> main() {
        return node.processes().main();
    }
}
