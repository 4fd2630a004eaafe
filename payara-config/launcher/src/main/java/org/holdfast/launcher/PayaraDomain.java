package org.holdfast.launcher;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import javax.xml.transform.TransformerException;
import javax.xml.transform.TransformerFactory;
import javax.xml.transform.dom.DOMSource;
import javax.xml.transform.stream.StreamResult;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.SAXException;

/**
 * A disposable domain of Payara Server: the distribution's own, with this instance's ports and without what the
 * application does not use. Made anew at each start, so that the boot commands always meet a clean domain.
 */
final class PayaraDomain {
    // [17|] means: from JDK 17 on. Vendor-specific options name a vendor first.
    private static final Pattern CONDITION = Pattern.compile("\\[(\\d*)\\|(\\d*)\\](.*)");
    private static final int JDK = 17;
    private static final String BUNDLE_CACHE = "osgi-cache";

    private final Path glassfish;
    private final Path directory;

    PayaraDomain(Path glassfish, Path directory) {
        this.glassfish = glassfish;
        this.directory = directory;
    }

    Path directory() {
        return directory;
    }

    /** Deletes the old domain and makes a new one. */
    void create(int httpPort, int adminPort, String address) {
        try {
            // Unpacking some 400 bundles takes seconds; the cache holds copies of the distribution's, nothing of ours.
            Path cache = directory.resolve(BUNDLE_CACHE);
            Path kept = directory.resolveSibling(BUNDLE_CACHE);
            if (Files.exists(cache)) {
                Home.deleteTree(kept);
                Files.move(cache, kept);
            }
            Home.deleteTree(directory);
            copyTree(glassfish.resolve("domains/domain1"), directory);
            if (Files.exists(kept)) {
                Files.move(kept, cache);
            }
            Document document = read();
            listener(document, "http-listener-1", httpPort, address);
            listener(document, "admin-listener", adminPort, "127.0.0.1");
            disable(document, "network-listener", "name", "http-listener-2");
            disableRemoteProtocols(document);
            hideVersion(document);
            set(document, "hazelcast-config-specific-configuration", "enabled", "false");
            write(document);
        } catch (IOException | SAXException | ParserConfigurationException | TransformerException e) {
            throw new LauncherException("cannot make the domain " + directory + ": " + e.getMessage(), e);
        }
    }

    /** The options that asadmin would start this domain with, without the heap size. */
    List<String> jvmOptions() {
        try {
            List<String> options = new ArrayList<>();
            NodeList all = config(read()).getElementsByTagName("jvm-options");
            for (int i = 0; i < all.getLength(); i++) {
                String option = all.item(i).getTextContent().strip();
                Matcher condition = CONDITION.matcher(option);
                if (condition.matches()) {
                    option = applies(condition) ? condition.group(3) : "";
                }
                if (!option.isEmpty() && !option.startsWith("[") && !option.startsWith("-Xmx")) {
                    options.add(option.replace("${com.sun.aas.instanceRoot}", directory.toString())
                            .replace("${com.sun.aas.installRoot}", glassfish.toString()));
                }
            }
            return options;
        } catch (IOException | SAXException | ParserConfigurationException e) {
            throw new LauncherException("cannot read the domain " + directory + ": " + e.getMessage(), e);
        }
    }

    private static boolean applies(Matcher condition) {
        int from = condition.group(1).isEmpty() ? 0 : Integer.parseInt(condition.group(1));
        int to = condition.group(2).isEmpty() ? Integer.MAX_VALUE : Integer.parseInt(condition.group(2));
        return from <= JDK && JDK <= to;
    }

    private static void listener(Document document, String name, int port, String address) {
        Element listener = find(document, "network-listener", "name", name);
        listener.setAttribute("port", Integer.toString(port));
        listener.setAttribute("address", address);
    }

    // CORBA, JMS and JMX over RMI would each take a port of every instance, on all addresses.
    private static void disableRemoteProtocols(Document document) {
        NodeList listeners = config(document).getElementsByTagName("iiop-listener");
        for (int i = 0; i < listeners.getLength(); i++) {
            ((Element) listeners.item(i)).setAttribute("enabled", "false");
        }
        set(document, "jmx-connector", "enabled", "false");
        Element messaging = document.createElement("jms-service");
        messaging.setAttribute("type", "DISABLED");
        config(document).appendChild(messaging);
    }

    // Which server answers, in which version, is nobody's business.
    private static void hideVersion(Document document) {
        NodeList protocols = config(document).getElementsByTagName("http");
        for (int i = 0; i < protocols.getLength(); i++) {
            Element http = (Element) protocols.item(i);
            http.setAttribute("xpowered-by", "false");
            http.setAttribute("server-header", "false");
        }
    }

    private static void disable(Document document, String tag, String key, String value) {
        find(document, tag, key, value).setAttribute("enabled", "false");
    }

    private static void set(Document document, String tag, String attribute, String value) {
        ((Element) config(document).getElementsByTagName(tag).item(0)).setAttribute(attribute, value);
    }

    private static Element find(Document document, String tag, String key, String value) {
        NodeList candidates = config(document).getElementsByTagName(tag);
        for (int i = 0; i < candidates.getLength(); i++) {
            Element candidate = (Element) candidates.item(i);
            if (candidate.getAttribute(key).equals(value)) {
                return candidate;
            }
        }
        throw new LauncherException("domain.xml has no " + tag + " with " + key + "=" + value);
    }

    private static Element config(Document document) {
        NodeList configs = document.getElementsByTagName("config");
        for (int i = 0; i < configs.getLength(); i++) {
            Element config = (Element) configs.item(i);
            if (config.getAttribute("name").equals("server-config")) {
                return config;
            }
        }
        throw new LauncherException("domain.xml has no config server-config");
    }

    private Path file() {
        return directory.resolve("config/domain.xml");
    }

    private Document read() throws IOException, SAXException, ParserConfigurationException {
        return DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(file().toFile());
    }

    private void write(Document document) throws TransformerException {
        TransformerFactory.newInstance()
                .newTransformer()
                .transform(new DOMSource(document), new StreamResult(file().toFile()));
    }

    static void copyTree(Path from, Path to) throws IOException {
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : (Iterable<Path>) files::iterator) {
                Path target = to.resolve(from.relativize(file).toString());
                if (Files.isDirectory(file)) {
                    Files.createDirectories(target);
                } else {
                    Files.copy(file, target);
                }
            }
        }
    }
}
