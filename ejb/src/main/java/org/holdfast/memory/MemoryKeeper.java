package org.holdfast.memory;

import jakarta.persistence.EntityManager;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.holdfast.connection.ErrorCategory;
import org.holdfast.connection.JdbcWork;
import org.holdfast.connection.NothingHappenedException;
import org.holdfast.connection.RefusedException;
import org.holdfast.model.memory.Memory;
import org.holdfast.model.memory.MemoryKind;
import org.holdfast.model.memory.Tag;
import org.holdfast.repository.RepositoryFactory;

/**
 * Keeps memories in one session: new ones, those under a key that is there, and those that say what one says already. Others
 * may do the same at the same moment: unique indexes decide, and whoever comes second looks again. Confined to its session's thread.
 */
final class MemoryKeeper {
    // Each further one means that somebody has taken away just then what was in the way.
    private static final int ATTEMPTS_MAX = 5;

    private final RepositoryFactory repositories;
    private final EntityManager session;
    private final UUID tenant;
    private final Instant now;

    MemoryKeeper(RepositoryFactory repositories, EntityManager session, UUID tenant, Instant now) {
        this.repositories = repositories;
        this.session = session;
        this.tenant = tenant;
        this.now = now;
    }

    /**
     * Keeps memories.
     *
     * @return by their keys; nothing for one whose turn, or own key, is taken
     */
    Map<UUID, Kept> keep(List<NewMemory> memories) {
        repositories.changed(session, MemoryTags.insertedBy(memories));
        Map<UUID, Kept> kept = new HashMap<>();
        keepUnkeyed(memories.stream().filter(memory -> memory.key().isEmpty()).toList(), kept);
        // Two sessions that write the same keys wait for each other at the first they share. Lines of one key stay in
        // their order.
        memories.stream()
                .filter(memory -> memory.key().isPresent())
                .sorted(Comparator.comparing(NewMemory::agentId)
                        .thenComparing(memory -> memory.key().orElseThrow()))
                .forEach(memory -> kept.put(memory.id(), keepKeyed(memory)));
        return kept;
    }

    private void keepUnkeyed(List<NewMemory> memories, Map<UUID, Kept> kept) {
        List<NewMemory> waiting = memories;
        for (int attempt = 1; !waiting.isEmpty(); attempt++) {
            for (UUID id : insert(waiting)) {
                kept.put(id, new Kept(id, Kept.How.CREATED));
            }
            List<NewMemory> repeats = waiting.stream()
                    .filter(memory -> memory.draft().isCounted() && !kept.containsKey(memory.id()))
                    .toList();
            if (!repeats.isEmpty()) {
                count(repeats).forEach((repeat, existing) -> kept.put(repeat, new Kept(existing, Kept.How.REPEATED)));
            }
            waiting = repeats.stream()
                    .filter(memory -> !kept.containsKey(memory.id()))
                    .toList();
            if (!waiting.isEmpty() && attempt == ATTEMPTS_MAX) {
                throw contended();
            }
        }
    }

    // The memories that say the same, by those that repeat them. What else is in the way is put out of it.
    private Map<UUID, UUID> count(List<NewMemory> repeats) {
        RepeatedMemories.Found found =
                JdbcWork.run(session, connection -> RepeatedMemories.find(connection, tenant, repeats));
        removeAll(found.expired());
        JdbcWork.run(session, connection -> {
            RepeatedMemories.release(connection, found.others());
            RepeatedMemories.count(connection, found.same(), repeats, now);
            return found;
        });
        return found.same();
    }

    private Kept keepKeyed(NewMemory memory) {
        for (int attempt = 1; attempt <= ATTEMPTS_MAX; attempt++) {
            Optional<Memory> current = underKey(memory);
            if (current.isPresent()) {
                replace(current.get(), memory);
                return new Kept(current.get().id(), Kept.How.REPLACED);
            }
            if (!insert(List.of(memory)).isEmpty()) {
                return new Kept(memory.id(), Kept.How.CREATED);
            }
        }
        throw contended();
    }

    // Locked. One that has expired makes room.
    private Optional<Memory> underKey(NewMemory memory) {
        Optional<Memory> found = JdbcWork.run(
                        session,
                        connection -> MemoryReader.underKey(
                                connection, memory.agentId(), memory.key().orElseThrow()))
                .flatMap(id -> repositories.of(session, Memory.class).locked(id))
                .filter(current -> current.supersededBy().isEmpty());
        if (found.isPresent() && !isThere(session, found.get())) {
            session.remove(found.get());
            session.flush();
            return Optional.empty();
        }
        return found;
    }

    private void replace(Memory current, NewMemory memory) {
        MemoryDraft draft = memory.draft();
        current.rewrite(draft.text(), memory.vector(), now);
        current.annotate(draft.metadata().text(), now);
        current.lives(
                draft.life().validFrom().or(() -> draft.at()).orElse(now),
                draft.life().expiresAt().orElse(null));
        current.tag(tags(draft.tags()));
        session.flush();
        if (draft.embedding().isPresent()) {
            JdbcWork.run(session, connection -> MemoryVectors.given(connection, Set.of(current.id())));
        }
    }

    /**
     * The memory that another one is to supersede, locked; empty when it is not there.
     *
     * @throws RefusedException (conflict) when it is not one that can be superseded
     */
    Optional<Memory> toBeSuperseded(UUID id, UUID agent) {
        Optional<Memory> found =
                repositories.of(session, Memory.class).locked(id).filter(memory -> isThere(session, memory));
        found.ifPresent(memory -> {
            if (!memory.agent().id().equals(agent)) {
                throw conflict(id, "is one of another agent; both must be of the same");
            }
            if (memory.kind() == MemoryKind.CONVERSATION) {
                throw conflict(id, "is of the kind CONVERSATION; it must be PREFERENCE or CONTEXT");
            }
            memory.supersededBy().ifPresent(by -> {
                throw conflict(id, "was superseded by " + by + " already; supersede that one");
            });
        });
        return found;
    }

    /** From now on the other one holds. */
    void supersede(Memory former, UUID by) {
        former.supersede(by, now);
        session.flush();
    }

    /** Tags by their names, made where they are missing. */
    Set<Tag> tags(Set<String> names) {
        if (names.isEmpty()) {
            return Set.of();
        }
        Set<UUID> ids = new HashSet<>(JdbcWork.run(session, connection -> Places.tags(connection, tenant, names))
                .values());
        return new HashSet<>(session.createQuery("select t from Tag t where t.id in :ids", Tag.class)
                .setParameter("ids", ids)
                .getResultList());
    }

    /** Under which digest a memory that is counted goes on being counted with another text; empty when another one says that. */
    Optional<UUID> countedAs(Memory memory, String text) {
        UUID digest = TextDigest.of(text);
        return JdbcWork.run(session, connection -> RepeatedMemories.isFree(connection, tenant, memory.id(), digest))
                ? Optional.of(digest)
                : Optional.empty();
    }

    /** Whether it has not expired, by the database's clock. */
    static boolean isThere(EntityManager session, Memory memory) {
        return memory.expiresAt().isEmpty()
                || !JdbcWork.run(session, connection -> MemoryReader.byIds(connection, List.of(memory.id())))
                        .isEmpty();
    }

    private Set<UUID> insert(List<NewMemory> memories) {
        return JdbcWork.run(session, connection -> MemoryWriter.insert(connection, tenant, memories, now));
    }

    private void removeAll(Collection<UUID> ids) {
        if (!ids.isEmpty()) {
            session.createQuery("delete from Memory m where m.id in :ids")
                    .setParameter("ids", new ArrayList<>(ids))
                    .executeUpdate();
        }
    }

    private static RefusedException conflict(UUID id, String why) {
        return new RefusedException(ErrorCategory.CONFLICT, "memory " + id + ", which 'supersedes' names, " + why);
    }

    private static NothingHappenedException contended() {
        return new NothingHappenedException(
                ErrorCategory.CONFLICT, "others write and remove the same memory at this moment; try again");
    }
}
