package org.holdfast.cache;

import jakarta.persistence.EntityManager;
import jakarta.persistence.PersistenceException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.Queue;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.ToLongFunction;
import org.holdfast.cache.StressContext.Work;
import org.holdfast.cache.entities.Note;
import org.holdfast.cache.entities.Team;
import org.holdfast.cache.entities.Ticket;
import org.holdfast.cache.stress.Checker;
import org.holdfast.cache.stress.Commit;
import org.holdfast.cache.stress.Fault;
import org.holdfast.cache.stress.Outage;
import org.holdfast.cache.stress.Read;
import org.holdfast.cache.stress.Row;
import org.holdfast.cache.stress.StressPlan;
import org.holdfast.cache.stress.StressReport;
import org.holdfast.cache.stress.Violation;
import org.holdfast.cache.stress.Violation.What;
import org.jspecify.annotations.Nullable;

/**
 * Two instances write and read a few hot rows, with a version (tickets) and without (teams), over a primary and a replica that is
 * late, while faults befall Redis. The database itself keeps the order of commits: a trigger notes each change while its row
 * is locked. One run; the seed decides the faults and what each thread draws, not how the threads interleave.
 */
final class StressRun {
    /** With a version, without, and with a lazy vector, so that it is never whole. */
    private static final List<String> ENTITIES = List.of("Ticket", "Team", "Note");

    private static final int ROWS = 4;
    private static final int WRITERS = 2;
    private static final int READERS = 2;
    /** So that a row lives long enough to be found in a cache. */
    private static final int WRITER_PAUSE_NANOS_MAX = 30_000_000;

    private static final int WATCH_NANOS = 1_000_000;

    private static final int TRIES_MAX = 20;
    private static final int QUIET_TRIES_MAX = 3;
    private static final Duration SETTLED_WITHIN = Duration.ofSeconds(20);
    /** A flush is noticed by the next probe, 200 ms later, and its answer takes a moment. */
    private static final Duration NOTICED_WITHIN = Duration.ofMillis(450);

    private static final Duration FRESH_WITHIN = Duration.ofSeconds(1);

    private record Window(long begunNanos, long endedNanos, int instance) {}

    private final Servers servers;
    private final long seed;
    private final Duration length;
    private final Duration lag;
    private final List<Instance> instances = new ArrayList<>();
    private final Map<String, Window> windows = new ConcurrentHashMap<>();
    private final Queue<Read> reads = new ConcurrentLinkedQueue<>();
    private final Queue<Violation> violations = new ConcurrentLinkedQueue<>();
    private final Queue<Outage> outages = new ConcurrentLinkedQueue<>();
    private final AtomicLong tokens = new AtomicLong();
    private volatile boolean isStopped;

    /** @param lag how late the replica is; the window of the cache is three times that, and a second */
    StressRun(Servers servers, long seed, Duration length, Duration lag) {
        this.servers = servers;
        this.seed = seed;
        this.length = length;
        this.lag = lag;
    }

    StressReport run() {
        prepare();
        Map<String, String> properties =
                Map.of("holdfast.cache.lag-window-millis", Long.toString(lag.toMillis() * 3 + 1000));
        String unit = "stress-" + UUID.randomUUID();
        try (RoutedPool first = new RoutedPool(servers);
                RoutedPool second = new RoutedPool(servers);
                Instance one = Instance.startOn(first, servers, unit, StressContext.class, properties)
                        .awaitTrust();
                Instance two = Instance.startOn(second, servers, unit, StressContext.class, properties)
                        .awaitTrust()) {
            instances.add(one);
            instances.add(two);
            List<String> happened = load();
            Map<Row, List<Commit>> commits = afterwards();
            violations.addAll(new Checker(commits, List.copyOf(outages)).check(List.copyOf(reads)));
            return new StressReport(
                    seed,
                    reads.size(),
                    commits.values().stream().mapToInt(List::size).sum(),
                    count(CacheSnapshot.RegionCounts::nearHits),
                    count(CacheSnapshot.RegionCounts::redisHits),
                    count(CacheSnapshot.RegionCounts::fills),
                    happened,
                    List.copyOf(violations));
        } finally {
            servers.redis().resume();
            servers.redis().start();
            delayReplica("0");
        }
    }

    private long count(ToLongFunction<CacheSnapshot.RegionCounts> what) {
        return instances.stream()
                .flatMap(instance -> instance.snapshot().regions().stream())
                .mapToLong(what)
                .sum();
    }

    // --- before ---------------------------------------------------------------------------------------------------

    private void prepare() {
        delayReplica("0");
        servers.execute("""
                truncate cachetest.ticket, cachetest.note, cachetest.person_tag, cachetest.passport, cachetest.person, cachetest.team;
                drop table if exists cachetest.history;
                create table cachetest.history (seq bigserial primary key, entity text, id bigint, value text, token text, xid text);
                create or replace function cachetest.noted() returns trigger language plpgsql as $$
                declare
                  before jsonb := to_jsonb(old);
                  after jsonb := to_jsonb(new);
                begin
                  insert into cachetest.history (entity, id, value, token, xid) values (tg_argv[0], coalesce(new.id, old.id),
                      (after ->> tg_argv[1]) || coalesce('/' || (after ->> 'remark'), ''),
                      case when after ->> tg_argv[1] is distinct from before ->> tg_argv[1]
                          then after ->> tg_argv[1] else after ->> 'remark' end,
                      pg_current_xact_id()::text);
                  return null;
                end $$;
                create or replace trigger history after insert or update or delete on cachetest.ticket
                  for each row execute function cachetest.noted('Ticket', 'text');
                create or replace trigger history after insert or update or delete on cachetest.note
                  for each row execute function cachetest.noted('Note', 'text');
                create or replace trigger history after insert or update or delete on cachetest.team
                  for each row execute function cachetest.noted('Team', 'name');
                """);
        for (int id = 0; id < ROWS; id++) {
            servers.execute(
                    "insert into cachetest.ticket (id, version, text) values (" + id + ", 1, 'ticket" + id + "')");
            servers.execute("insert into cachetest.note (id, version, text, embedding) values (" + id + ", 1, 'note"
                    + id + "', '[1,2,3]')");
            servers.execute("insert into cachetest.team (id, name) values (" + id + ", 'team" + id + "')");
            windows.put("ticket" + id, new Window(Long.MIN_VALUE, Long.MIN_VALUE, -1));
            windows.put("note" + id, new Window(Long.MIN_VALUE, Long.MIN_VALUE, -1));
            windows.put("team" + id, new Window(Long.MIN_VALUE, Long.MIN_VALUE, -1));
        }
        within(SETTLED_WITHIN, "the replica has the rows", servers::isReplicaUpToDate);
        delayReplica(lag.toMillis() + "ms");
    }

    private void delayReplica(String delay) {
        try (Connection connection = servers.connect(servers.replicaUrl());
                Statement statement = connection.createStatement()) {
            statement.execute("alter system set recovery_min_apply_delay = '" + delay + "'");
            statement.execute("select pg_reload_conf()");
        } catch (SQLException failure) {
            throw new IllegalStateException("the replica cannot be delayed", failure);
        }
    }

    // --- the load -------------------------------------------------------------------------------------------------

    private List<String> load() {
        SplittableRandom random = new SplittableRandom(seed);
        List<Thread> threads = new ArrayList<>();
        for (int instance = 0; instance < instances.size(); instance++) {
            int number = instance;
            for (int each = 0; each < WRITERS; each++) {
                SplittableRandom own = random.split();
                threads.add(new Thread(() -> repeat(() -> write(number, own)), "writer"));
            }
            for (int each = 0; each < READERS; each++) {
                SplittableRandom own = random.split();
                threads.add(new Thread(() -> repeat(() -> read(number, own)), "reader"));
            }
        }
        threads.add(new Thread(this::watch, "watch"));
        threads.forEach(Thread::start);
        List<String> happened = hurt(StressPlan.of(seed, length));
        isStopped = true;
        for (Thread thread : threads) {
            try {
                thread.join(SETTLED_WITHIN.toMillis());
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
            }
            if (thread.isAlive()) {
                throw new IllegalStateException("a " + thread.getName() + " does not end");
            }
        }
        return happened;
    }

    // An error of one operation is a finding, and must not end the thread.
    @SuppressWarnings("CatchingUnchecked")
    private void repeat(Runnable operation) {
        while (!isStopped) {
            try {
                operation.run();
            } catch (RuntimeException failure) {
                violations.add(new Violation(What.FAILS_FOR_EVER, failure.toString()));
                isStopped = true;
            }
        }
    }

    // What an instance could not tell Redis, others cannot know: that is an outage too, whatever brought it about.
    private void watch() {
        long well = System.nanoTime();
        while (!isStopped) {
            long now = System.nanoTime();
            if (isWell()) {
                well = now;
            } else {
                while (!isWell() && !isStopped) {
                    LockSupport.parkNanos(WATCH_NANOS);
                }
                outages.add(new Outage("Redis is not believed, or not told", well, System.nanoTime()));
            }
            LockSupport.parkNanos(WATCH_NANOS);
        }
    }

    private void read(int number, SplittableRandom random) {
        Row row = row(random);
        int draw = random.nextInt(10);
        Read.Kind kind = draw < 4 ? Read.Kind.OWN : draw < 8 ? Read.Kind.TOLD : Read.Kind.EVENTUAL;
        reads.add(read(number, row, kind));
        if (random.nextInt(8) == 0) {
            LockSupport.parkNanos(random.nextInt(1_000_000));
        }
    }

    private Read read(int number, Row row, Read.Kind kind) {
        long begun = System.nanoTime();
        StressContext.begin(
                switch (kind) {
                    case OWN -> Work.ON_PRIMARY;
                    case TOLD -> new Work(false, OptionalLong.of(begun));
                    case EVENTUAL -> Work.ON_REPLICA;
                });
        EntityManager entities = instances.get(number).factory().createEntityManager();
        try {
            String value = value(entities, row);
            return new Read(row, value, begun, System.nanoTime(), number, kind);
        } finally {
            entities.close();
            StressContext.begin(Work.ON_PRIMARY);
        }
    }

    private static @Nullable String value(EntityManager entities, Row row) {
        if (row.entity().equals("Ticket")) {
            Ticket ticket = entities.find(Ticket.class, row.id());
            return ticket == null ? null : ticket.text + "/" + ticket.remark;
        }
        if (row.entity().equals("Note")) {
            Note note = entities.find(Note.class, row.id());
            return note == null ? null : note.text;
        }
        Team team = entities.find(Team.class, row.id());
        return team == null ? null : team.name;
    }

    private static Row row(SplittableRandom random) {
        return new Row(ENTITIES.get(random.nextInt(ENTITIES.size())), random.nextInt(ROWS));
    }

    // --- writes ---------------------------------------------------------------------------------------------------

    private enum Change {
        UPDATE,
        UPDATE_BOTH,
        DELETE_OR_INSERT,
        BULK,
        NATIVE
    }

    private static Change change(SplittableRandom random) {
        int draw = random.nextInt(100);
        if (draw < 70) {
            return Change.UPDATE;
        }
        if (draw < 82) {
            return Change.UPDATE_BOTH;
        }
        if (draw < 94) {
            return Change.DELETE_OR_INSERT;
        }
        return draw < 97 ? Change.BULK : Change.NATIVE;
    }

    private void write(int number, SplittableRandom random) {
        Row row = row(random);
        // A vector that is not there cannot be inserted.
        Change change = row.entity().equals("Note") ? Change.UPDATE : change(random);
        if (!writes(number, row, change, random, TRIES_MAX)) {
            violations.add(new Violation(What.FAILS_FOR_EVER, change + " of " + row + " on instance " + number));
        }
        LockSupport.parkNanos(random.nextInt(WRITER_PAUSE_NANOS_MAX));
    }

    private boolean writes(int number, Row row, Change change, SplittableRandom random, int triesMax) {
        for (int tried = 0; tried < triesMax; tried++) {
            try {
                attempt(number, row, change, random);
                return true;
            } catch (PersistenceException undone) {
                LockSupport.parkNanos(random.nextInt(1_000_000));
            }
        }
        return false;
    }

    private void attempt(int number, Row row, Change change, SplittableRandom random) {
        String token = "w" + tokens.incrementAndGet();
        EntityManager entities = instances.get(number).factory().createEntityManager();
        try {
            entities.getTransaction().begin();
            String deletion = carryOut(entities, row, change, token, random.nextBoolean());
            if (random.nextInt(3) == 0) {
                entities.flush();
                LockSupport.parkNanos(random.nextInt(1_000_000));
            }
            if (random.nextInt(10) == 0) {
                entities.getTransaction().rollback();
                return;
            }
            String key = deletion == null ? token : deletion;
            long begun = System.nanoTime();
            windows.put(key, new Window(begun, Long.MAX_VALUE, number));
            entities.getTransaction().commit();
            windows.put(key, new Window(begun, System.nanoTime(), number));
        } finally {
            if (entities.getTransaction().isActive()) {
                entities.getTransaction().rollback();
            }
            entities.close();
        }
    }

    /** Answers the name of the transaction when it deletes, null otherwise. */
    private static @Nullable String carryOut(
            EntityManager entities, Row row, Change change, String token, boolean isRemark) {
        Ticket ticket = row.entity().equals("Ticket") || change == Change.UPDATE_BOTH
                ? entities.find(Ticket.class, row.id())
                : null;
        Team team = row.entity().equals("Team") || change == Change.UPDATE_BOTH
                ? entities.find(Team.class, row.id())
                : null;
        if (row.entity().equals("Note")) {
            entities.find(Note.class, row.id()).rewrite(token);
            return null;
        }
        switch (change) {
            case UPDATE, UPDATE_BOTH -> {
                if (ticket != null) {
                    ticket.rewrite(token, isRemark);
                }
                if (team != null) {
                    team.rename(token);
                }
            }
            case DELETE_OR_INSERT -> {
                Object found = row.entity().equals("Ticket") ? ticket : team;
                if (found != null) {
                    entities.remove(found);
                    entities.flush();
                    return "transaction "
                            + entities.createNativeQuery("select pg_current_xact_id()::text")
                                    .getSingleResult();
                }
                entities.persist(made(row, token));
            }
            case BULK ->
                entities.createQuery(
                                row.entity().equals("Ticket")
                                        ? "update Ticket e set e.text = :token where e.id <= :id"
                                        : "update Team e set e.name = :token where e.id <= :id")
                        .setParameter("token", token)
                        .setParameter("id", row.id())
                        .executeUpdate();
            // Counts the version, as the specification asks: otherwise others may write upon what they have not seen.
            case NATIVE ->
                entities.createNativeQuery(
                                row.entity().equals("Ticket")
                                        ? "update cachetest.ticket set text = ?1, version = version + 1 where id >= ?2"
                                        : "update cachetest.team set name = ?1 where id >= ?2")
                        .setParameter(1, token)
                        .setParameter(2, row.id())
                        .executeUpdate();
        }
        return null;
    }

    private static Object made(Row row, String token) {
        if (row.entity().equals("Team")) {
            return new Team(row.id(), token);
        }
        return new Ticket(row.id(), token);
    }

    // --- faults ---------------------------------------------------------------------------------------------------

    private List<String> hurt(StressPlan plan) {
        long start = System.nanoTime();
        List<String> happened = new ArrayList<>();
        for (StressPlan.Step step : plan.steps()) {
            until(start + step.at().toNanos());
            long begun = System.nanoTime();
            // The recovery from one fault may outlast the begin of the next.
            happened.add(step.fault() + " at " + Duration.ofNanos(begun - start).toMillis() + " ms");
            hurt(step.fault(), begun + step.lasts().toNanos());
            if (step.fault() != Fault.FORGET) {
                until(System.nanoTime() + NOTICED_WITHIN.toNanos());
                within(SETTLED_WITHIN, "Redis is believed again", this::isWell);
                outages.add(new Outage(step.fault().toString(), begun, System.nanoTime()));
            }
        }
        until(start + length.toNanos());
        return happened;
    }

    private void hurt(Fault fault, long untilNanos) {
        switch (fault) {
            case FLUSH -> servers.flushRedis();
            case EVICT -> servers.evictRowsOfRedis();
            case CUT -> servers.redis("CLIENT KILL TYPE normal\nCLIENT KILL TYPE pubsub");
            case FORGET ->
                instances.get((int) (untilNanos & 1)).factory().getCache().evictAll();
            case RESTART -> {
                servers.redis().kill();
                servers.redis().start();
            }
            case KILL -> {
                servers.redis().kill();
                until(untilNanos);
                servers.redis().start();
            }
            case HANG -> {
                servers.redis().pause();
                until(untilNanos);
                servers.redis().resume();
            }
        }
    }

    private boolean isWell() {
        return instances.stream()
                .map(Instance::snapshot)
                .allMatch(snapshot -> snapshot.isTrusted() && snapshot.pendingInvalidations() == 0);
    }

    // --- afterwards -----------------------------------------------------------------------------------------------

    /** Everything is quiet: no row may be old, and every row can be changed. */
    private Map<Row, List<Commit>> afterwards() {
        within(SETTLED_WITHIN, "Redis is believed again", this::isWell);
        within(SETTLED_WITHIN.plus(lag), "the replica has caught up", servers::isReplicaUpToDate);
        SplittableRandom random = new SplittableRandom(seed);
        for (int number = 0; number < instances.size(); number++) {
            fresh(number);
            instances.get(number).factory().getCache().evictAll();
            fresh(number);
        }
        for (int number = 0; number < instances.size(); number++) {
            for (Row row : rows()) {
                if (!writes(number, row, Change.UPDATE, random, QUIET_TRIES_MAX)) {
                    violations.add(new Violation(What.FAILS_FOR_EVER, row + " on instance " + number + ", all quiet"));
                }
            }
        }
        return history();
    }

    private static List<Row> rows() {
        List<Row> rows = new ArrayList<>();
        for (int id = 0; id < ROWS; id++) {
            for (String entity : ENTITIES) {
                rows.add(new Row(entity, id));
            }
        }
        return rows;
    }

    private void fresh(int number) {
        Map<Row, List<Commit>> history = history();
        for (Row row : rows()) {
            List<Commit> commits = history.getOrDefault(row, List.of());
            String newest = commits.get(commits.size() - 1).value();
            for (Read.Kind kind : Read.Kind.values()) {
                long deadline = System.nanoTime() + FRESH_WITHIN.toNanos();
                Read seen = read(number, row, kind);
                while (!Objects.equals(seen.value(), newest) && System.nanoTime() < deadline) {
                    LockSupport.parkNanos(5_000_000);
                    seen = read(number, row, kind);
                }
                if (!Objects.equals(seen.value(), newest)) {
                    violations.add(new Violation(What.STALE_AFTERWARDS, seen + ", but the database has " + newest));
                }
            }
        }
    }

    private Map<Row, List<Commit>> history() {
        Map<Row, List<Commit>> history = new HashMap<>();
        try (Connection connection = servers.connect(servers.primaryUrl());
                Statement statement = connection.createStatement();
                ResultSet changes = statement.executeQuery(
                        "select entity, id, value, token, xid from cachetest.history order by seq")) {
            while (changes.next()) {
                String value = changes.getString(3);
                Window window =
                        windows.get(value == null ? "transaction " + changes.getString(5) : changes.getString(4));
                if (window == null) {
                    throw new IllegalStateException("nobody wrote " + value + " in " + changes.getString(4));
                }
                history.computeIfAbsent(new Row(changes.getString(1), changes.getLong(2)), row -> new ArrayList<>())
                        .add(new Commit(value, window.begunNanos(), window.endedNanos(), window.instance()));
            }
        } catch (SQLException failure) {
            throw new IllegalStateException("the history cannot be read", failure);
        }
        return history;
    }

    // --- waits ----------------------------------------------------------------------------------------------------

    private static void until(long nanos) {
        for (long left = nanos - System.nanoTime(); left > 0; left = nanos - System.nanoTime()) {
            LockSupport.parkNanos(left);
        }
    }

    private static void within(Duration atMost, String what, BooleanSupplier condition) {
        long end = System.nanoTime() + atMost.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > end) {
                throw new IllegalStateException("not within " + atMost.toSeconds() + " s: " + what);
            }
            LockSupport.parkNanos(5_000_000);
        }
    }
}
