package org.holdfast.it.container;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.regex.Pattern;
import org.holdfast.it.RunningSystem;
import org.holdfast.it.container.shop.Item;
import org.holdfast.it.container.shop.ItemResource;
import org.holdfast.it.container.shop.ShopApplication;
import org.holdfast.launcher.NodeName;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.arquillian.container.test.api.RunAsClient;
import org.jboss.arquillian.junit5.ArquillianExtension;
import org.jboss.shrinkwrap.api.ArchivePath;
import org.jboss.shrinkwrap.api.ShrinkWrap;
import org.jboss.shrinkwrap.api.asset.StringAsset;
import org.jboss.shrinkwrap.api.spec.EnterpriseArchive;
import org.jboss.shrinkwrap.api.spec.WebArchive;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Goal: an application that is not Holdfast gets the cache by the properties of its {@code persistence.xml} alone. Method: one
 * entity, one resource, twice on the server as two instances. Invariants: what is read again comes from the process, what the
 * other instance has read from Redis, and what one writes the other sees.
 */
@ExtendWith(ArquillianExtension.class)
@RunAsClient
class SecondApplicationIT {
    private static final Path PROJECT = Path.of(System.getProperty("holdfast.project", ".."));
    private static final Duration SOON = Duration.ofSeconds(10);
    private static final Pattern REDISSON =
            Pattern.compile("/lib/(redisson|netty-.*|reactive-streams|reactor-core|rxjava|kryo"
                    + "|objenesis|minlog|reflectasm|jodd-util|snakeyaml|jackson-data.*|cache-api|slf4j-api)\\.jar");

    private final HttpClient client = HttpClient.newHttpClient();

    @Deployment(name = "one", testable = false)
    static WebArchive one() {
        return shop("shop-one");
    }

    @Deployment(name = "two", testable = false)
    static WebArchive two() {
        return shop("shop-two");
    }

    private static WebArchive shop(String name) {
        RunningSystem system = RunningSystem.get();
        WebArchive war = ShrinkWrap.create(WebArchive.class, name + ".war")
                .addClasses(Item.class, ItemResource.class, ShopApplication.class)
                .addAsWebInfResource(new StringAsset(dataSource(system)), "web.xml")
                .addAsResource(new StringAsset(persistence(system)), "META-INF/persistence.xml")
                .addAsLibrary(PROJECT.resolve("jpa-model/target/holdfast-jpa-model-1.0.0-SNAPSHOT-cache.jar")
                        .toFile());
        // Redisson, with what it needs, is in the EAR too.
        EnterpriseArchive ear = ShrinkWrap.createFromZipFile(
                EnterpriseArchive.class,
                PROJECT.resolve("ear/target/holdfast.ear").toFile());
        ear.getContent(path -> REDISSON.matcher(path.get()).matches())
                .forEach((path, node) -> war.addAsLibrary(node.getAsset(), fileName(path)));
        return war;
    }

    private static String fileName(ArchivePath path) {
        return path.get().substring(path.get().lastIndexOf('/') + 1);
    }

    private static String persistence(RunningSystem system) {
        return """
                <persistence xmlns="https://jakarta.ee/xml/ns/persistence" version="3.0">
                  <persistence-unit name="shop">
                    <jta-data-source>java:app/jdbc/shop</jta-data-source>
                    <properties>
                      <property name="eclipselink.session.customizer" value="org.holdfast.cache.CacheCustomizer"/>
                      <property name="holdfast.cache.redisson" value="%s"/>
                      <property name="holdfast.cache.unit" value="shop"/>
                    </properties>
                  </persistence-unit>
                </persistence>
                """.formatted(
                system.topology().home().resolve("nodes/app1/redisson.yaml").toAbsolutePath());
    }

    private static String dataSource(RunningSystem system) {
        return """
                <web-app xmlns="https://jakarta.ee/xml/ns/jakartaee" version="6.0">
                  <data-source>
                    <name>java:app/jdbc/shop</name>
                    <class-name>org.postgresql.ds.PGSimpleDataSource</class-name>
                    <url>%s</url>
                    <user>postgres</user>
                    <password>%s</password>
                  </data-source>
                </web-app>
                """.formatted(system.jdbcUrl(NodeName.PRIMARY).replace("&", "&amp;"), system.superuserPassword());
    }

    @BeforeAll
    static void items() throws SQLException {
        RunningSystem system = RunningSystem.get();
        try (Connection connection = DriverManager.getConnection(
                        system.jdbcUrl(NodeName.PRIMARY), "postgres", system.superuserPassword());
                Statement statement = connection.createStatement()) {
            statement.execute("drop schema if exists shop cascade");
            statement.execute("create schema shop");
            statement.execute(
                    "create table shop.item (id bigint primary key, version bigint not null, name text not null)");
            statement.execute("insert into shop.item select n, 1, 'item ' || n from generate_series(1, 10) n");
        }
    }

    private HttpResponse<String> send(HttpRequest.Builder request, String path)
            throws IOException, InterruptedException {
        URI uri = RunningSystem.get().baseUri().resolve(path);
        return client.send(request.uri(uri).timeout(SOON).build(), BodyHandlers.ofString());
    }

    private String get(String path) throws IOException, InterruptedException {
        HttpResponse<String> answer = send(HttpRequest.newBuilder(), path);
        assertThat(answer.statusCode()).as("%s: %s", path, answer.body()).isEqualTo(200);
        return answer.body();
    }

    private long count(String shop, int which) throws IOException, InterruptedException {
        return Long.parseLong(get(shop + "/items/cache").split(" ", -1)[which]);
    }

    private void used(String shop) {
        await().atMost(SOON).until(() -> get(shop + "/items/cache").startsWith("true "));
    }

    @Test
    void anyApplicationHasTheCacheByItsPropertiesAlone() throws Exception {
        used("/shop-one");
        used("/shop-two");

        assertThat(get("/shop-one/items/1")).isEqualTo("item 1");
        long near = count("/shop-one", 1);
        assertThat(get("/shop-one/items/1")).isEqualTo("item 1");
        assertThat(count("/shop-one", 1)).as("read again: from the process").isEqualTo(near + 1);

        // Redis is told without anybody waiting for it.
        await().atMost(SOON).until(() -> {
            long before = count("/shop-two", 2);
            String id = Integer.toString(2 + (int) (before % 9));
            get("/shop-one/items/" + id);
            get("/shop-two/items/" + id);
            return count("/shop-two", 2) > before;
        });

        assertThat(get("/shop-two/items/1")).isEqualTo("item 1");
        HttpResponse<String> renamed =
                send(HttpRequest.newBuilder().PUT(BodyPublishers.ofString("lamp")), "/shop-one/items/1");
        assertThat(renamed.statusCode()).as(renamed.body()).isEqualTo(204);
        assertThat(get("/shop-one/items/1")).isEqualTo("lamp");
        await().atMost(SOON).until(() -> get("/shop-two/items/1").equals("lamp"));
    }
}
