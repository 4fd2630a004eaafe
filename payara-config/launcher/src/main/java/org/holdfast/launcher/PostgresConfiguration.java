package org.holdfast.launcher;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** The settings of one PostgreSQL server, written again before each of its starts. */
final class PostgresConfiguration {
    /** One line for each way in: TLS over TCP, password. There is no other. */
    static final String HOST_BASED_ACCESS = """
            hostssl all         all                  127.0.0.1/32 scram-sha-256
            hostssl all         all                  ::1/128      scram-sha-256
            hostssl replication holdfast_replication 127.0.0.1/32 scram-sha-256
            hostssl replication holdfast_replication ::1/128      scram-sha-256
            """;

    /** The module that counts statements; it is not there without PostgreSQL's contrib modules. */
    static final String STATEMENTS = "pg_stat_statements";

    private final Map<String, String> settings = new LinkedHashMap<>();

    PostgresConfiguration(NodeName node, int port, Certificates certificates, Path accessFile) {
        settings.put("cluster_name", node.label());
        settings.put("listen_addresses", "localhost");
        settings.put("port", Integer.toString(port));
        // No socket file: its path must stay below 108 bytes, and the home of a test may be deeper.
        settings.put("unix_socket_directories", "");
        settings.put("hba_file", accessFile.toString());
        settings.put("ssl", "on");
        settings.put("ssl_cert_file", certificates.server().toString());
        settings.put("ssl_key_file", certificates.serverKey().toString());
        settings.put("password_encryption", "scram-sha-256");
        settings.put("max_connections", "200");
        settings.put("shared_buffers", "128MB");
        settings.put("maintenance_work_mem", "256MB");
        settings.put("jit", "off");
        addReplication();
        settings.put("timezone", "UTC");
        settings.put("log_timezone", "UTC");
        settings.put("log_line_prefix", "%m [%p] %q%u@%d %a ");
    }

    // Logical on both clusters, so that a failback can replicate the other way.
    private void addReplication() {
        settings.put("wal_level", "logical");
        settings.put("wal_log_hints", "on");
        settings.put("track_commit_timestamp", "on");
        settings.put("max_wal_senders", "20");
        settings.put("max_replication_slots", "20");
        settings.put("max_logical_replication_workers", "8");
        settings.put("max_worker_processes", "16");
        settings.put("max_slot_wal_keep_size", "1GB");
        settings.put("hot_standby_feedback", "on");
        settings.put("wal_receiver_status_interval", "1s");
        settings.put("wal_retrieve_retry_interval", "500ms");
    }

    /** Makes the server count its statements, without those whose texts have values in them. */
    PostgresConfiguration countingStatements() {
        settings.put("shared_preload_libraries", STATEMENTS);
        settings.put("pg_stat_statements.track_utility", "off");
        return this;
    }

    /** Makes the server follow another one. */
    PostgresConfiguration following(String connection, Path passwordFile, String slot) {
        settings.put("primary_conninfo", connection + " passfile='" + passwordFile + "'");
        settings.put("primary_slot_name", slot);
        return this;
    }

    Optional<String> setting(String name) {
        return Optional.ofNullable(settings.get(name));
    }

    String render() {
        return settings.entrySet().stream()
                .map(setting -> setting.getKey() + " = '" + setting.getValue().replace("'", "''") + "'\n")
                .collect(Collectors.joining(
                        "# Written by the launcher at each start; changes here are lost.\n", "", ""));
    }
}
