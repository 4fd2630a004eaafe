package org.holdfast.launcher;

/** What every node of one topology needs to know. */
record TopologyContext(
        Home home,
        ServerUser user,
        Ports ports,
        Secrets secrets,
        Certificates certificates,
        SigningKeys signingKeys,
        Progress progress) {
    PostgresAccess access() {
        return new PostgresAccess(ports, certificates.authority(), secrets);
    }
}
