package org.holdfast.it.container;

import java.io.File;
import java.nio.file.Path;
import org.assertj.core.api.Assertions;
import org.jboss.shrinkwrap.api.ShrinkWrap;
import org.jboss.shrinkwrap.api.spec.EnterpriseArchive;
import org.jboss.shrinkwrap.api.spec.JavaArchive;
import org.jboss.shrinkwrap.api.spec.WebArchive;

/** The built EAR with classes added: to its web module, which sees every other module, or to that of the EJBs. */
final class TestArchive {
    private static final Path EAR = Path.of(System.getProperty("holdfast.project", ".."), "ear/target/holdfast.ear");

    private TestArchive() {}

    static EnterpriseArchive with(Class<?>... classes) {
        EnterpriseArchive ear = ShrinkWrap.createFromZipFile(EnterpriseArchive.class, EAR.toFile());
        ear.getAsType(WebArchive.class, "/web.war").addClasses(classes).addAsLibrary(jarOf(Assertions.class));
        return ear;
    }

    /** The same with more classes in its module of EJBs. */
    static EnterpriseArchive withBeans(EnterpriseArchive ear, Class<?>... classes) {
        ear.getAsType(JavaArchive.class, "/ejb.jar").addClasses(classes);
        return ear;
    }

    private static File jarOf(Class<?> type) {
        return new File(type.getProtectionDomain().getCodeSource().getLocation().getPath());
    }
}
