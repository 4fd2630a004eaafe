package org.holdfast.launcher;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Five PostgreSQL servers, two Redis servers and the application on this machine, in one directory.
 *
 * <p>Every call works from whatever state the last one left, also after a launcher that was killed. Calls that change
 * something hold the directory's lock and fail at once when another launcher holds it. The servers outlive the object;
 * a test that uses it stops them in its tear-down.
 */
public final class LocalTopology {
    private static final long SPACE_FRESH_MIN = 1500L << 20;
    private static final long SPACE_MIN = 300L << 20;

    private final TopologySettings settings;
    private final Progress progress;
    private final ServerUser user;
    private final Home home;
    private Optional<Install.Programs> programs = Optional.empty();

    /** Touches nothing yet. */
    public LocalTopology(TopologySettings settings, Progress progress) {
        this.settings = settings;
        this.progress = progress;
        this.user = ServerUser.detect();
        this.home = new Home(settings.home(), user);
    }

    /** Makes the directory and installs the programs that the servers need. */
    public void install() {
        home.create();
        programs();
    }

    /** As {@link #install()}, and a browser for the browser test, PgBouncer, and where possible what sets clocks for the fault tests. */
    public void installForTests() {
        install();
        installer().requireBrowser();
        installer().requirePooler();
        installer().requireClocks();
    }

    /** Brings up what is missing of the databases and caches; returns when all of them serve. */
    public void startDatabases() {
        prepare();
        HomeLock.during(home.real(), () -> {
            startDatabasesLocked();
        });
    }

    /** Brings up what is missing of the caches alone; returns when they serve. */
    public void startCaches() {
        prepare();
        HomeLock.during(home.real(), () -> {
            SavedTopology.of(settings).write(home);
            TopologyContext context = context();
            context.certificates().createIfMissing();
            Parallel.run(
                    redis(context).stream().<Runnable>map(node -> node::start).toList());
        });
    }

    /** Writes Redisson's configuration for one of the caches; the user that runs the servers can read it. */
    public Path redissonFile(NodeName redis) {
        Path file = home.node(redis.label()).resolve("redisson.yaml");
        RedissonFile.write(context(), file, redis);
        return file;
    }

    /** Brings up what is missing of everything; returns when the application is ready. */
    public void start() {
        if (settings.server() == ServerKind.NONE) {
            startDatabases();
            return;
        }
        // Asked first: without it the databases would come up for nothing.
        Artifacts.of(settings.project(), settings.server());
        prepare();
        HomeLock.during(home.real(), () -> {
            startDatabasesLocked();
            startApplication();
        });
    }

    /** Stops every process of the topology in this directory, in good order, also paused ones. */
    public void stop() {
        if (!home.exists()) {
            return;
        }
        HomeLock.during(home.real(), () -> {
            stopLocked();
        });
    }

    /** Stops everything and deletes the directory with all data and secrets. */
    public void reset() {
        if (home.exists()) {
            HomeLock.during(home.real(), () -> {
                stopLocked();
                home.delete();
            });
        }
        // A link whose target is gone is no longer a home, but still in the way.
        home.delete();
    }

    /** One server by the name of API and command line, for example {@code replica1} or {@code app1}. */
    public NodeControl node(String name) {
        LocalNode node = nodes().stream()
                .filter(candidate -> candidate.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new LauncherException(
                        2,
                        "no node is called " + name + "; there are "
                                + String.join(
                                        " ",
                                        nodes().stream().map(LocalNode::name).toList())));
        return new NodeControl(node, home);
    }

    /** Every server, databases first. */
    public List<NodeControl> allNodes() {
        return nodes().stream().map(node -> new NodeControl(node, home)).toList();
    }

    /** The generated passwords; made now if this is the first call on a fresh directory. */
    public Secrets secrets() {
        return context().secrets();
    }

    /** A JDBC URL with verified TLS for the database {@code holdfast} on a PostgreSQL node, without user and password. */
    public String jdbcUrl(NodeName node) {
        return context().access().url(node);
    }

    /** The certificate of the authority that signed every server's certificate, in PEM. */
    public Path certificateAuthority() {
        return context().certificates().authority();
    }

    /** Where the application answers: instance 1 is the first. */
    public String httpUrl(int instance) {
        return "http://localhost:" + settings.ports().http(instance);
    }

    /** What the application is given in its environment; an in-container test that starts its own server needs it. */
    public Map<String, String> applicationEnvironment(int instance) {
        return ApplicationEnvironment.of(context(), instance, settings.instances(), settings.environment());
    }

    /** Payara Server as the topology unpacked it, for a container adapter of a test. */
    public Path payaraHome() {
        return PayaraDistribution.homeIn(home.payara());
    }

    /** The domain directory of an instance of Payara Server. */
    public Path payaraDomain(int instance) {
        return PayaraServer.domainIn(home.node("app" + instance));
    }

    /** The directory of everything, without links. */
    public Path home() {
        return home.real();
    }

    /** Whether there is a directory to speak about. */
    boolean isSetUp() {
        return home.exists();
    }

    PostgresAccess access() {
        return context().access();
    }

    private void prepare() {
        boolean isFresh = !home.exists();
        home.create();
        home.requireSpace(isFresh ? SPACE_FRESH_MIN : SPACE_MIN);
        programs();
    }

    private void startDatabasesLocked() {
        SavedTopology saved = SavedTopology.read(home);
        stopWhatWasStartedOtherwise(saved);
        SavedTopology.of(
                        saved.server() == ServerKind.NONE
                                ? settings
                                : settings.withServer(saved.server(), saved.instances()))
                .write(home);
        TopologyContext context = context();
        context.certificates().createIfMissing();
        context.signingKeys().createIfMissing();
        List<LocalNode> clusters = new ArrayList<>(postgres(context, List.of(NodeName.PRIMARY, NodeName.FAILOVER)));
        clusters.addAll(redis(context));
        progress.step("starting PostgreSQL and Redis");
        Parallel.run(clusters.stream().<Runnable>map(node -> node::start).toList());
        Bootstrap bootstrap = new Bootstrap(context, programs().postgres());
        if (!bootstrap.isDone()) {
            Parallel.run(List.of(
                    () -> bootstrap.prepareCluster(NodeName.PRIMARY),
                    () -> bootstrap.prepareCluster(NodeName.FAILOVER)));
        }
        List<Runnable> rest = new ArrayList<>();
        rest.add(bootstrap::connectClusters);
        postgres(context, List.of(NodeName.REPLICA1, NodeName.REPLICA2, NodeName.FAILOVER_REPLICA1))
                .forEach(replica -> rest.add(replica::start));
        Parallel.run(rest);
    }

    // Servers that run on other ports than asked for now would be taken for missing, and started twice.
    private void stopWhatWasStartedOtherwise(SavedTopology saved) {
        boolean isSamePorts = saved.ports().isEmpty()
                || Ports.fromEnvironment(Map.of(), saved.ports()).equals(settings.ports());
        if (!isSamePorts) {
            progress.step("the ports changed: stopping what runs on the old ones");
            stopNodes(nodes());
        }
    }

    private void startApplication() {
        SavedTopology saved = SavedTopology.read(home);
        List<LocalNode> wanted = applications(settings.server(), settings.instances());
        List<String> names = wanted.stream().map(LocalNode::name).toList();
        boolean isOtherKind = saved.server() != settings.server();
        stopNodes(nodes().stream()
                .filter(node -> node.role().equals(ApplicationEnvironment.ROLE))
                .filter(node -> isOtherKind || !names.contains(node.name()))
                .toList());
        SavedTopology.of(settings).write(home);
        // The first alone: it migrates the schema, and the others would only wait for it and for the
        // processors. Of three it has no majority, without which nobody takes writes, and is not ready before
        // the others vote.
        int alone = wanted.size() > 2 ? 0 : 1;
        wanted.stream().limit(alone).forEach(LocalNode::start);
        Parallel.run(
                wanted.stream().skip(alone).<Runnable>map(node -> node::start).toList());
    }

    private void stopLocked() {
        List<LocalNode> all = nodes();
        // Applications first, so that they end their sessions; then replicas with their upstreams, all at once.
        stopNodes(all.stream()
                .filter(node -> node.role().equals(ApplicationEnvironment.ROLE))
                .toList());
        stopNodes(all.stream()
                .filter(node -> !node.role().equals(ApplicationEnvironment.ROLE))
                .toList());
        new NodeProcesses(home.real()).kill();
    }

    private void stopNodes(List<LocalNode> nodes) {
        List<LocalNode> running =
                nodes.stream().filter(node -> node.processes().isRunning()).toList();
        if (!running.isEmpty()) {
            progress.step("stopping "
                    + String.join(", ", running.stream().map(LocalNode::name).toList()));
        }
        Parallel.run(running.stream().<Runnable>map(node -> node::stop).toList());
    }

    private List<LocalNode> nodes() {
        if (!home.exists()) {
            throw new LauncherException("nothing is set up in " + home.shown() + "; run ./holdfast up first");
        }
        TopologyContext context = context();
        List<LocalNode> nodes = new ArrayList<>(postgres(context, NodeName.postgres()));
        nodes.addAll(redis(context));
        SavedTopology saved = SavedTopology.read(home);
        nodes.addAll(applications(saved.server(), Math.max(saved.instances(), instancesOnDisk())));
        return nodes;
    }

    private int instancesOnDisk() {
        try (Stream<Path> entries = Files.list(home.real().resolve("nodes"))) {
            return (int) entries.filter(entry -> entry.getFileName().toString().matches("app\\d+"))
                    .count();
        } catch (IOException e) {
            throw new LauncherException("cannot list the nodes in " + home.real(), e);
        }
    }

    private List<LocalNode> postgres(TopologyContext context, List<NodeName> names) {
        return names.stream()
                .<LocalNode>map(
                        name -> new PostgresNode(name, context, () -> programs().postgres()))
                .toList();
    }

    private List<LocalNode> redis(TopologyContext context) {
        return NodeName.redis().stream()
                .<LocalNode>map(
                        name -> new RedisNode(name, context, () -> programs().redis(), settings.environment()))
                .toList();
    }

    private List<LocalNode> applications(ServerKind kind, int instances) {
        if (kind == ServerKind.NONE) {
            return List.of();
        }
        TopologyContext context = context();
        return IntStream.rangeClosed(1, instances)
                .<LocalNode>mapToObj(instance -> new ApplicationNode(instance, context, settings, kind))
                .toList();
    }

    private TopologyContext context() {
        return new TopologyContext(
                home,
                user,
                settings.ports(),
                settings.detours(),
                Secrets.readOrCreate(home.real()),
                new Certificates(home.tls(), user),
                new SigningKeys(home.keys(), user),
                progress);
    }

    private synchronized Install.Programs programs() {
        if (programs.isEmpty()) {
            programs = Optional.of(installer().require());
        }
        return programs.get();
    }

    private Install installer() {
        return new Install(settings.environment(), user, home.logs(), progress);
    }
}
