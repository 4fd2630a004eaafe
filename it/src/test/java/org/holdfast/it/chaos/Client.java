package org.holdfast.it.chaos;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.BooleanSupplier;
import org.holdfast.it.chaos.Operation.Asked;
import org.holdfast.it.chaos.Operation.Call;
import org.holdfast.it.chaos.Operation.Kind;
import org.holdfast.it.chaos.Operation.Outcome;
import org.holdfast.it.chaos.Operation.Result;

/**
 * One session: one operation after the other, each recorded with what came of it. A session that carries its own token goes
 * on when its instance of the application is killed and when it moves to another one, and relies on its own writes; one that
 * relies on the server's memory begins anew then, because that is lost. Belongs to one thread.
 */
final class Client implements Runnable {
    /** One kind of operation and how often it is chosen, in relation to the others. */
    record Choice(Kind kind, Asked asked, int weight) {}

    /**
     * What kind of client it is.
     *
     * @param sendsToken whether it carries its own token, or relies on the server
     * @param think the pause after each operation
     */
    record Profile(int number, List<Choice> choices, boolean sendsToken, Duration think) {}

    /** Who remembers the session: an instance, from its n-th start until it is killed. */
    private record Home(int instance, int kills) {}

    private final List<Instance> instances;
    private final Caller caller;
    private final Reader reader;
    private final Scene scene;
    private final Recorder recorder;
    private final Profile profile;
    private final SplittableRandom random;
    private final BooleanSupplier isStopped;
    private int session;
    private int stay;
    private Home home;
    private long values;
    private Optional<String> token = Optional.empty();

    Client(Workload workload, Profile profile, SplittableRandom random) {
        this.instances = workload.system().instances();
        this.caller = workload.system().client(profile.number()).beginningWith(profile.number() % instances.size());
        this.scene = workload.scene();
        this.reader = new Reader(caller, scene);
        this.recorder = workload.recorder();
        this.profile = profile;
        this.random = random;
        this.isStopped = workload::isStopped;
        this.session = recorder.newSession();
        this.home = home();
    }

    @Override
    public void run() {
        while (!isStopped.getAsBoolean()) {
            Home now = home();
            if (!now.equals(home)) {
                home = now;
                stay++;
                session = profile.sendsToken() ? session : recorder.newSession();
            }
            Choice choice = choose();
            boolean isAway = instances.get(now.instance()).isAway();
            Operation answered = perform(choice);
            Operation done = isAway ? answered.fromNoApplication() : answered;
            recorder.add(done);
            if (done.result().outcome() == Outcome.TOLD) {
                token = Optional.empty();
                session = recorder.newSession();
            }
            Deadline.until(System.nanoTime() + profile.think().toNanos());
        }
    }

    private Home home() {
        int instance = caller.instance();
        return new Home(instance, instances.get(instance).kills());
    }

    private Choice choose() {
        int total = profile.choices().stream().mapToInt(Choice::weight).sum();
        int left = random.nextInt(total);
        for (Choice choice : profile.choices()) {
            left -= choice.weight();
            if (left < 0) {
                return choice;
            }
        }
        throw new IllegalStateException("weights of " + total + " ended early");
    }

    private Operation perform(Choice choice) {
        return switch (choice.kind()) {
            case WRITE -> {
                String key = key(scene.registers());
                yield write(Kind.WRITE, key, "PATCH", scene.path(key), "description");
            }
            case APPEND -> {
                String key = key(scene.lists());
                yield write(Kind.APPEND, key, "POST", scene.path(key), "content");
            }
            case READ -> read(choice, key(scene.registers()));
            case LIST -> read(choice, key(scene.lists()));
        };
    }

    private Operation read(Choice choice, String key) {
        return reader.read(new Call(session, choice.kind(), key, "", asked(choice), stay), token);
    }

    private Asked asked(Choice choice) {
        return choice.asked() == Asked.SESSION && profile.sendsToken() ? Asked.TOKEN : choice.asked();
    }

    private String key(Map<String, String> paths) {
        List<String> keys = paths.keySet().stream().sorted().toList();
        return keys.get(random.nextInt(keys.size()));
    }

    private Operation write(Kind kind, String key, String method, String path, String field) {
        values++;
        String value = scene.value(profile.number(), values);
        var body = Caller.JSON.createObjectNode().put(field, value);
        if (kind == Kind.APPEND) {
            body.put("role", "user");
        }
        List<String> headers = new ArrayList<>();
        if (random.nextInt(3) == 0) {
            headers.addAll(List.of("Holdfast-Durability", "failover"));
        }
        // Its row is written first: such a write has changed something before it waits for what it is about.
        if (random.nextInt(3) == 0) {
            headers.addAll(List.of("Idempotency-Key", value));
        }
        long began = System.nanoTime();
        Caller.Reply reply = caller.send(method, path, Optional.of(body), headers.toArray(String[]::new));
        long ended = System.nanoTime();
        if (reply.isSuccess() && profile.sendsToken() && !reply.header("token").isEmpty()) {
            token = Optional.of(reply.header("token"));
        }
        long version = kind == Kind.WRITE ? Reader.version(reply) : Result.NO_VERSION;
        Result result = new Result(
                Outcomes.of(reply, true),
                List.of(),
                version,
                Reader.place(reply),
                reply.header("durability"),
                reply.brief());
        return new Operation(new Call(session, kind, key, value, Asked.NOTHING, stay), began, ended, result);
    }
}
