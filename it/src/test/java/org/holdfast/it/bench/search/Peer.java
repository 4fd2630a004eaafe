package org.holdfast.it.bench.search;

import dev.langchain4j.data.document.Metadata;
import dev.langchain4j.data.embedding.Embedding;
import dev.langchain4j.data.segment.TextSegment;
import dev.langchain4j.store.embedding.pgvector.PgVectorEmbeddingStore;
import dev.langchain4j.store.embedding.pgvector.PgVectorEmbeddingStore.SearchMode;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import javax.sql.DataSource;
import org.holdfast.it.RunningSystem;
import org.holdfast.it.bench.search.BigTenant.Stored;
import org.holdfast.it.bench.search.peer.PeerApplication;
import org.holdfast.it.bench.search.peer.PeerResource;
import org.holdfast.it.bench.search.peer.PeerStore;
import org.holdfast.launcher.NodeName;
import org.holdfast.memory.MiniLm;
import org.jboss.shrinkwrap.api.ArchivePath;
import org.jboss.shrinkwrap.api.ShrinkWrap;
import org.jboss.shrinkwrap.api.asset.StringAsset;
import org.jboss.shrinkwrap.api.exporter.ZipExporter;
import org.jboss.shrinkwrap.api.spec.EnterpriseArchive;
import org.jboss.shrinkwrap.api.spec.WebArchive;
import org.postgresql.ds.PGSimpleDataSource;

/** LangChain4j's store with the same memories, on the same PostgreSQL server and behind the same HTTP server. */
final class Peer {
    static final String PATH = "/peer/search";

    private static final Path PROJECT = Path.of(System.getProperty("holdfast.project", ".."));
    // The model's native libraries and the driver are in the server's lib.
    private static final Pattern LIBRARIES = Pattern.compile("/lib/(langchain4j-.*|pgvector|slf4j-api|jspecify)\\.jar");
    private static final int BATCH = 1_000;

    private final RunningSystem system;
    private final String url;

    Peer(RunningSystem system) {
        this.system = system;
        this.url = system.jdbcUrl(NodeName.PRIMARY) + "&currentSchema=" + PeerStore.SCHEMA + ",public";
    }

    /** Puts the memories into a table of its own, and makes its indexes. */
    void fill(Databases databases, List<Stored> memories) throws SQLException {
        try (Connection connection = databases.superuser(NodeName.PRIMARY);
                Statement statement = connection.createStatement()) {
            statement.execute("create schema " + PeerStore.SCHEMA);
            DataSource dataSource = dataSource();
            PgVectorEmbeddingStore store = PeerStore.create(dataSource);
            for (int from = 0; from < memories.size(); from += BATCH) {
                add(store, memories.subList(from, Math.min(memories.size(), from + BATCH)));
            }
            PeerStore.index(dataSource, memories.size());
            statement.execute("vacuum analyze " + PeerStore.SCHEMA + ".passage");
        }
    }

    private static void add(PgVectorEmbeddingStore store, List<Stored> memories) {
        List<String> ids = new ArrayList<>();
        List<Embedding> vectors = new ArrayList<>();
        List<TextSegment> texts = new ArrayList<>();
        for (Stored memory : memories) {
            ids.add(memory.id().toString());
            vectors.add(memory.vector());
            texts.add(TextSegment.from(
                    memory.text(), Metadata.from(PeerStore.AGENT, memory.agent().toString())));
        }
        store.addAll(ids, vectors, texts);
    }

    /** The store by itself, without a server. */
    PgVectorEmbeddingStore store() {
        return PeerStore.open(dataSource(), SearchMode.VECTOR);
    }

    private DataSource dataSource() {
        PGSimpleDataSource dataSource = new PGSimpleDataSource();
        dataSource.setURL(url);
        dataSource.setUser("postgres");
        dataSource.setPassword(system.superuserPassword());
        return dataSource;
    }

    /** Deploys it beside the application. */
    void deploy() throws IOException {
        WebArchive war = ShrinkWrap.create(WebArchive.class, "peer.war")
                .addClasses(PeerApplication.class, PeerResource.class, PeerStore.class, MiniLm.class)
                .addClass("org.holdfast.memory.OneThreadMiniLm")
                .addAsWebInfResource(new StringAsset(webXml()), "web.xml")
                .addAsLibrary(jarOf(PgVectorEmbeddingStore.class));
        EnterpriseArchive ear = ShrinkWrap.createFromZipFile(
                EnterpriseArchive.class,
                PROJECT.resolve("ear/target/holdfast.ear").toFile());
        ear.getContent(path -> LIBRARIES.matcher(path.get()).matches())
                .forEach((path, node) -> war.addAsLibrary(node.getAsset(), fileName(path)));
        Path file = Files.createTempFile("peer", ".war");
        try {
            war.as(ZipExporter.class).exportTo(file.toFile(), true);
            system.asadmin("deploy", "--name", "peer", "--contextroot", "peer", "--upload=true", file.toString());
        } finally {
            Files.delete(file);
        }
    }

    private static String fileName(ArchivePath path) {
        return path.get().substring(path.get().lastIndexOf('/') + 1);
    }

    private static File jarOf(Class<?> type) {
        return new File(type.getProtectionDomain().getCodeSource().getLocation().getPath());
    }

    private String webXml() {
        return """
                <web-app xmlns="https://jakarta.ee/xml/ns/jakartaee" version="6.0">
                  <data-source>
                    <name>java:app/jdbc/peer</name>
                    <class-name>org.postgresql.ds.PGSimpleDataSource</class-name>
                    <url>%s</url>
                    <user>postgres</user>
                    <password>%s</password>
                    <transactional>false</transactional>
                    <initial-pool-size>8</initial-pool-size>
                    <max-pool-size>16</max-pool-size>
                  </data-source>
                </web-app>
                """.formatted(url.replace("&", "&amp;"), system.superuserPassword());
    }
}
