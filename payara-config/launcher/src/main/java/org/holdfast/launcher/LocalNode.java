package org.holdfast.launcher;

/** One server of the topology that can be started, stopped and hurt. */
interface LocalNode {
    String name();

    String role();

    int port();

    NodeProcesses processes();

    /** Brings the node up with the data it has, from whatever state it is in; returns when it serves. */
    void start();

    /** Ends the node in good order, also when it is paused; kills what does not end. */
    void stop();
}
