package org.holdfast.launcher;

/** What every node of one topology needs to know. */
record TopologyContext(
        Home home,
        ServerUser user,
        Ports ports,
        Detours detours,
        Secrets secrets,
        Certificates certificates,
        SigningKeys signingKeys,
        Progress progress) {
    PostgresAccess access() {
        return new PostgresAccess(ports, detours, certificates.authority(), secrets);
    }
}
