package org.holdfast.it.architecture;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.assignableTo;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.properties.CanBeAnnotated.Predicates.annotatedWith;
import static com.tngtech.archunit.core.domain.properties.HasModifiers.Predicates.modifier;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.GeneralCodingRules.ACCESS_STANDARD_STREAMS;
import static com.tngtech.archunit.library.GeneralCodingRules.THROW_GENERIC_EXCEPTIONS;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.domain.JavaPackage;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.lang.ArchRule;
import jakarta.annotation.security.DenyAll;
import jakarta.annotation.security.RolesAllowed;
import jakarta.batch.api.Batchlet;
import jakarta.ejb.Singleton;
import jakarta.persistence.PersistenceContext;
import jakarta.persistence.PersistenceUnit;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;
import javax.sql.DataSource;
import org.eclipse.microprofile.health.HealthCheck;
import org.holdfast.connection.ConnectionManager;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class ArchitectureTest {
    private static final String ROOT = "org.holdfast.";

    /**
     * What each package may depend on besides itself; the table of ARCHITECTURE.md. The prefix {@code web} stands for every
     * package of the HTTP module but the page's own.
     */
    private static final Map<String, Set<String>> MAY_DEPEND_ON = Map.ofEntries(
            Map.entry("topology", Set.of()),
            Map.entry("settings", Set.of()),
            Map.entry("jdbc", Set.of()),
            Map.entry("clock", Set.of()),
            Map.entry("driver", Set.of()),
            Map.entry("model", Set.of()),
            Map.entry("cache", Set.of()),
            Map.entry("persistence", Set.of("cache")),
            Map.entry("launcher", Set.of("chain")),
            Map.entry("json", Set.of()),
            Map.entry("health", Set.of("topology", "settings", "clock")),
            Map.entry("shared", Set.of("settings", "cache")),
            Map.entry("connection", Set.of("topology", "settings", "clock", "driver", "cache", "shared")),
            Map.entry("migration", Set.of("connection", "jdbc", "topology", "settings", "clock", "job")),
            Map.entry("integrity", Set.of("connection", "jdbc", "job", "topology")),
            Map.entry("vector", Set.of("connection", "jdbc", "job", "migration", "topology")),
            Map.entry("chain", Set.of()),
            Map.entry("client", Set.of()),
            Map.entry(
                    "audit",
                    Set.of("connection", "jdbc", "migration", "topology", "settings", "clock", "chain", "json")),
            Map.entry(
                    "failover",
                    Set.of("connection", "driver", "jdbc", "topology", "settings", "clock", "model", "json")),
            Map.entry("job", Set.of("topology")),
            Map.entry("monitor", Set.of("connection", "jdbc", "migration", "topology", "settings", "clock")),
            Map.entry("tuning", Set.of("connection", "jdbc", "topology", "json", "settings", "clock")),
            Map.entry("idempotency", Set.of("connection", "settings", "clock")),
            Map.entry("repository", Set.of("connection", "cache", "model")),
            Map.entry("agent", Set.of("connection", "idempotency", "repository", "cache", "model")),
            Map.entry("run", Set.of("connection", "idempotency", "repository", "cache", "model", "json")),
            Map.entry(
                    "memory",
                    Set.of(
                            "connection",
                            "idempotency",
                            "repository",
                            "migration",
                            "topology",
                            "jdbc",
                            "job",
                            "cache",
                            "model",
                            "settings",
                            "clock",
                            "json")),
            Map.entry("security", Set.of("audit", "connection", "model", "settings", "migration", "shared")),
            Map.entry(
                    "web",
                    Set.of(
                            "agent",
                            "audit",
                            "chain",
                            "run",
                            "memory",
                            "security",
                            "failover",
                            "migration",
                            "integrity",
                            "vector",
                            "job",
                            "monitor",
                            "tuning",
                            "connection",
                            "cache",
                            "idempotency",
                            "topology",
                            "settings",
                            "shared",
                            "json")));

    private static JavaClasses classes;

    @BeforeAll
    static void importClasses() {
        classes = new ClassFileImporter()
                .importPaths(List.of(
                        Path.of("../audit-chain/target/classes"),
                        Path.of("../client/target/classes"),
                        Path.of("../jpa-model/target/classes"),
                        Path.of("../ejb/target/classes"),
                        Path.of("../web/target/classes"),
                        Path.of("../payara-config/server-lib/target/classes"),
                        Path.of("../payara-config/launcher/target/classes")));
    }

    @Test
    void packagesAreFreeOfCycles() {
        check(slices().matching("org.holdfast.(*)..").should().beFreeOfCycles().because("0001-packages-by-feature"));
    }

    @Test
    void everyPackageDependsOnWhatItsRowAllows() {
        Set<String> seen = new TreeSet<>();
        for (JavaClass type : classes) {
            String from = feature(type);
            seen.add(from);
            Set<String> allowed = MAY_DEPEND_ON.getOrDefault(from, Set.of());
            Set<String> used = type.getDirectDependenciesFromSelf().stream()
                    .map(dependency -> dependency.getTargetClass().getBaseComponentType())
                    .filter(target -> target.getPackageName().startsWith(ROOT))
                    .map(ArchitectureTest::feature)
                    .filter(target -> !target.equals(from))
                    .collect(Collectors.toCollection(TreeSet::new));
            used.removeAll(allowed);
            assertThat(used)
                    .as("what %s uses beyond %s", type.getName(), allowed)
                    .isEmpty();
        }
        assertThat(seen).as("rows of the table").isEqualTo(new TreeSet<>(MAY_DEPEND_ON.keySet()));
    }

    private static String feature(JavaClass type) {
        String rest = type.getPackageName().substring(ROOT.length());
        int dot = rest.indexOf('.');
        return dot < 0 ? rest : rest.substring(0, dot);
    }

    @Test
    void decisionsSeeTheJdkAlone() {
        check(classes()
                .that()
                .resideInAPackage("org.holdfast.topology..")
                .should()
                .onlyDependOnClassesThat(resideInAnyPackage("java..", "org.jspecify..", "org.holdfast.topology.."))
                .because("0001-packages-by-feature"));
        check(noClasses()
                .that()
                .haveSimpleNameEndingWith("Policy")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("jakarta..", "java.sql..", "javax.sql..", "org.redisson..")
                .because("0001-packages-by-feature"));
    }

    @Test
    void databasesAreReachedThroughTheConnectionManager() {
        check(fields().that()
                .areAnnotatedWith(PersistenceContext.class)
                .or()
                .areAnnotatedWith(PersistenceUnit.class)
                .should()
                .beDeclaredInClassesThat()
                .resideInAPackage("org.holdfast.connection..")
                .because("0002-one-route-per-transaction"));
        check(fields().that()
                .haveRawType(DataSource.class)
                .should()
                .beDeclaredInClassesThat()
                .resideInAnyPackage(
                        "org.holdfast.connection..",
                        "org.holdfast.health..",
                        "org.holdfast.jdbc..",
                        "org.holdfast.migration..",
                        "org.holdfast.persistence..")
                .because("0002-one-route-per-transaction"));
    }

    // Log-in keeps no results: they are secrets.
    @Test
    void whatARequestWritesHonoursItsIdempotencyKey() {
        check(noClasses()
                .that()
                .resideOutsideOfPackages(
                        "org.holdfast.connection..", "org.holdfast.idempotency..", "org.holdfast.security..")
                .should()
                .callMethod(ConnectionManager.class, "write", Function.class)
                .because("0010-idempotency-keys"));
    }

    @Test
    void eclipseLinkItselfIsKnownInOnePlace() {
        check(noClasses()
                .that()
                .resideOutsideOfPackages("org.holdfast.persistence..", "org.holdfast.cache..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("org.eclipse.persistence..")
                // Weaving adds EclipseLink's interfaces to entities at run time only, not in these class files.
                .because("0002-one-route-per-transaction"));
    }

    @Test
    void onlyHealthPublishesTheTopology() {
        check(noClasses()
                .that()
                .resideOutsideOfPackages("org.holdfast.health..", "org.holdfast.topology..")
                .should()
                .callMethod("org.holdfast.topology.CurrentTopology", "publish", "org.holdfast.topology.Topology")
                .because("0003-health-outside-of-locks"));
    }

    @Test
    void nobodyDependsOnEntryPoints() {
        DescribedPredicate<JavaClass> entryPoint = DescribedPredicate.or(
                annotatedWith(Singleton.class),
                annotatedWith(jakarta.ws.rs.Path.class),
                annotatedWith(jakarta.ws.rs.ext.Provider.class),
                assignableTo(HealthCheck.class),
                assignableTo(Batchlet.class).and(DescribedPredicate.not(modifier(JavaModifier.ABSTRACT))));
        check(noClasses()
                .should()
                .dependOnClassesThat(entryPoint.and(resideInAPackage("org.holdfast..")))
                .because("0001-packages-by-feature"));
    }

    @Test
    void theHttpLayerSeesNoEntities() {
        check(noClasses()
                .that()
                .resideInAPackage("org.holdfast.web..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("jakarta.persistence..", "org.holdfast.model..")
                .because("0001-packages-by-feature"));
    }

    @Test
    void whoMayCallIsSaidInOneWay() {
        check(noClasses()
                .should()
                .dependOnClassesThat()
                .belongToAnyOf(RolesAllowed.class, DenyAll.class)
                .because("AllowedTo is what is checked"));
    }

    @Test
    void timeIsAnArgument() {
        check(noClasses()
                .should()
                .callMethod(Instant.class, "now")
                .orShould()
                .callMethod(LocalDateTime.class, "now")
                .orShould()
                .callMethod(LocalDate.class, "now")
                .orShould()
                .callConstructor(Date.class)
                .orShould()
                .callMethod(System.class, "currentTimeMillis")
                .orShould()
                .callMethod(Thread.class, "sleep", long.class)
                .because("a clock that cannot be set cannot be tested"));
    }

    @Test
    void everyPackageIsDescribedAndNullMarked() {
        Set<JavaPackage> packages = classes.stream().map(JavaClass::getPackage).collect(Collectors.toSet());
        assertThat(packages)
                .allSatisfy(each -> assertThat(each.isAnnotatedWith(NullMarked.class))
                        .as("%s has a package-info with @NullMarked", each.getName())
                        .isTrue());
    }

    @Test
    void namesSayWhatAThingIs() {
        check(noClasses()
                .should()
                .haveNameMatching(".*(Helper|Util|Utils|Impl|Data|Info|Base)")
                .because("such a name says nothing"));
    }

    @Test
    void errorsHaveATypeAndOutputGoesToTheLog() {
        check(noClasses()
                .should(THROW_GENERIC_EXCEPTIONS)
                .because("a caller can do nothing with an exception that says nothing"));
        check(noClasses()
                .that()
                .resideOutsideOfPackage("org.holdfast.launcher..")
                .should(ACCESS_STANDARD_STREAMS)
                .because("the server's log is where operators look"));
    }

    private static void check(ArchRule rule) {
        rule.check(classes);
    }
}
