package org.holdfast.chain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ChainVerifierTest {
    private static final int SEEDS_EACH = 45;
    private static final int LENGTH = 60;

    /** Ways to tamper with a chain; each tells the sequences that must be named, and no others may be. */
    enum Tampering {
        EDIT {
            @Override
            Set<Long> of(Trail trail, int k, int other) {
                trail.put(k, trail.edited(trail.at(k), false, false));
                return Set.of((long) k);
            }
        },
        EDIT_WITH_ITS_HASHES {
            @Override
            Set<Long> of(Trail trail, int k, int other) {
                trail.put(k, trail.edited(trail.at(k), true, false));
                return Set.of((long) k);
            }
        },
        EDIT_WITH_ITS_CHAIN {
            @Override
            Set<Long> of(Trail trail, int k, int other) {
                trail.put(k, trail.edited(trail.at(k), true, true));
                // Of two entries that do not fit together nobody can tell which was changed, but by an
                // anchor between them.
                return k == trail.length() ? Set.of((long) k) : k % 10 == 0 ? Set.of((long) k, k + 1L) : Set.of(k + 1L);
            }
        },
        DELETE {
            @Override
            Set<Long> of(Trail trail, int k, int other) {
                trail.rows.remove(k - 1);
                return Set.of((long) k);
            }
        },
        TRUNCATE {
            @Override
            Set<Long> of(Trail trail, int k, int other) {
                trail.rows.subList(k - 1, trail.length()).clear();
                return Set.of((long) k);
            }
        },
        TRUNCATE_WITH_THE_HEAD {
            @Override
            Set<Long> of(Trail trail, int k, int other) {
                trail.rows.subList(k - 1, trail.length()).clear();
                trail.head = k == 1
                        ? new Head(0, AuditChain.start())
                        : new Head(k - 1, trail.at(k - 1).seal().chainHash());
                return Set.of((long) k);
            }
        },
        INSERT_AT_A_PLACE {
            @Override
            Set<Long> of(Trail trail, int k, int other) {
                SealedRecord model = trail.at(k);
                trail.rows.add(
                        other % trail.rows.size(), new SealedRecord(trail.record(other, "DELETE", "{}"), model.seal()));
                return Set.of((long) k);
            }
        },
        INSERT_AT_THE_END {
            @Override
            Set<Long> of(Trail trail, int k, int other) {
                Head before = trail.head;
                trail.append(trail.record(k, "DELETE", "{}"));
                trail.anchors.removeIf(anchor -> anchor.sequence() > before.sequence());
                trail.head = before;
                return Set.of(before.sequence() + 1);
            }
        },
        REORDER {
            @Override
            Set<Long> of(Trail trail, int k, int other) {
                SealedRecord first = trail.at(k);
                trail.put(k, Trail.placed(trail.at(other), k));
                trail.put(other, Trail.placed(first, other));
                return Set.of((long) k, (long) other);
            }
        },
        REPLAY_IN_PLACE {
            @Override
            Set<Long> of(Trail trail, int k, int other) {
                trail.put(k, Trail.placed(trail.at(other), k));
                return Set.of((long) k);
            }
        },
        REPLAY_AT_THE_END {
            @Override
            Set<Long> of(Trail trail, int k, int other) {
                trail.rows.add(Trail.placed(trail.at(k), LENGTH + 1));
                return Set.of(LENGTH + 1L);
            }
        },
        EMPTY {
            @Override
            Set<Long> of(Trail trail, int k, int other) {
                trail.put(k, Trail.emptied(trail.at(k)));
                return Set.of((long) k);
            }
        },
        FORGE_AN_ANCHOR {
            @Override
            Set<Long> of(Trail trail, int k, int other) {
                int index = k % trail.anchors.size();
                Anchor was = trail.anchors.get(index);
                trail.anchors.set(
                        index,
                        new Anchor(
                                was.tenant(),
                                was.sequence(),
                                was.hash(),
                                was.atMicros() + 1,
                                was.keyId(),
                                was.signature()));
                return Set.of(was.sequence());
            }
        };

        abstract Set<Long> of(Trail trail, int k, int other);
    }

    @ParameterizedTest
    @EnumSource(Tampering.class)
    void everyTamperingIsNamed(Tampering tampering) {
        for (int seed = 1; seed <= SEEDS_EACH; seed++) {
            isNamed(tampering, seed, 0);
        }
    }

    @ParameterizedTest
    @EnumSource(Tampering.class)
    void everyTamperingIsNamedWhenTheBeginningWasDetached(Tampering tampering) {
        for (int seed = 1; seed <= SEEDS_EACH / 3; seed++) {
            isNamed(tampering, seed, 1 + seed % 9);
        }
    }

    private static void isNamed(Tampering tampering, int seed, int detached) {
        Random random = new Random(seed * 1_000_003L ^ tampering.name().hashCode());
        Trail trail = new Trail(LENGTH, random);
        int left = LENGTH - detached;
        int place = random.nextInt(left);
        int k = detached + 1 + place;
        int other = detached + 1 + (place + 1 + random.nextInt(left - 1)) % left;
        Optional<BaseAnchor> base = detached == 0
                ? Optional.empty()
                : Optional.of(Trail.signed(detached, trail.at(detached).seal().chainHash(), List.of()));
        Trail untouched = new Trail(LENGTH, new Random(seed));
        untouched.detach(detached, Set.of());
        assertThat(untouched.verify()).as("untouched, seed %d", seed).isEmpty();

        Set<Long> expected = tampering.of(trail, k, other);
        trail.base = base;
        trail.rows.removeIf(row -> row.seal().sequence() <= detached);

        assertThat(sequences(trail.verify()))
                .as("%s of %d and %d, %d detached, seed %d", tampering, k, other, detached, seed)
                .isEqualTo(new TreeSet<>(expected));
    }

    private static Set<Long> sequences(List<Broken> broken) {
        return broken.stream().map(Broken::sequence).collect(Collectors.toCollection(TreeSet::new));
    }

    @Test
    void neighboursThatChangedPlacesAreBothNamed() {
        for (int distance = 1; distance <= 3; distance++) {
            for (int k = 1; k + distance <= LENGTH; k++) {
                Trail trail = new Trail(LENGTH, new Random(k));

                Set<Long> expected = Tampering.REORDER.of(trail, k, k + distance);

                assertThat(sequences(trail.verify())).isEqualTo(new TreeSet<>(expected));
            }
        }
    }

    @Test
    void anErasureThatIsToldIsNoFinding() {
        Trail trail = new Trail(20, new Random(1));
        trail.append(
                trail.record(21, Erasures.OPERATION, "{\"erased\": [null, [3, 7]], \"why\": [null, \"asked for\"]}"));
        trail.put(3, Trail.emptied(trail.at(3)));
        trail.put(7, Trail.emptied(trail.at(7)));

        assertThat(trail.verify()).isEmpty();

        trail.put(8, Trail.emptied(trail.at(8)));
        assertThat(sequences(trail.verify())).containsExactly(8L);
    }

    @Test
    void aRewrittenChainDoesNotFitItsAnchors() {
        Trail trail = new Trail(30, new Random(1));
        Trail rewritten = new Trail(30, new Random(2));
        trail.rows.clear();
        trail.rows.addAll(rewritten.rows);
        trail.head = rewritten.head;

        assertThat(sequences(trail.verify())).containsExactly(10L, 20L, 30L);
    }

    @Test
    void aKeyThatNobodyTrustsProvesNothing() {
        Trail trail = new Trail(10, new Random(1));
        ChainVerifier verifier = new ChainVerifier(Trail.TENANT, trail.anchors, Map.of("another", Trail.KEY));
        trail.rows.forEach(verifier::accept);

        assertThat(verifier.end(Optional.of(trail.head)))
                .singleElement()
                .satisfies(broken -> assertThat(broken.why()).contains("not trusted"));
    }

    @Test
    void theRestOfAChainIsVerifiedFromWhatIsKnown() {
        Trail trail = new Trail(30, new Random(1));
        Seal known = trail.at(15).seal();
        ChainVerifier verifier = new ChainVerifier(
                Trail.TENANT, trail.anchors, Map.of(), new Head(known.sequence(), known.chainHash()), Optional.empty());
        trail.rows.subList(15, 30).forEach(verifier::accept);

        assertThat(verifier.end(Optional.of(trail.head))).isEmpty();
        assertThat(verifier.verified()).isEqualTo(15);
    }

    @Nested
    class AfterADetachment {
        private final Trail trail = new Trail(40, new Random(1));

        @Test
        void theRestIsAsProvableAsTheWhole() {
            trail.detach(17, Set.of());

            assertThat(trail.verify()).isEmpty();

            SealedRecord edited = trail.at(5);
            trail.put(5, new SealedRecord(trail.record(1, "DELETE", "{}"), edited.seal()));
            assertThat(sequences(trail.verify())).containsExactly(22L);
        }

        @Test
        void nothingMayBeLeftOfAChain() {
            trail.detach(40, Set.of());

            assertThat(trail.verify()).isEmpty();

            trail.base = Optional.empty();
            assertThat(sequences(trail.verify())).containsExactly(1L);
        }

        @Test
        void straysArePassedOver() {
            trail.detach(17, Set.of(19, 20, 23, 40));

            assertThat(trail.verify()).isEmpty();
        }

        @Test
        void strayEntriesAreAllThatMayBeMissing() {
            trail.detach(17, Set.of(19, 21));
            trail.rows.removeIf(row -> row.seal().sequence() == 20);

            assertThat(sequences(trail.verify())).containsExactly(20L);
        }

        @Test
        void whatStandsBetweenStraysMustFitThem() {
            trail.detach(17, Set.of(19, 21));
            int between = 2;
            SealedRecord was = trail.at(between);
            assertThat(was.seal().sequence()).isEqualTo(20);
            Seal seal = was.seal();
            SealedRecord other = trail.at(9);
            trail.put(between, Trail.placed(other, 20));

            assertThat(sequences(trail.verify())).contains(20L);

            trail.put(between, new SealedRecord(was.record(), seal));
            assertThat(trail.verify()).isEmpty();
        }

        @Test
        void aBeginningThatIsGoneWithoutABaseIsMissing() {
            trail.rows.subList(0, 17).clear();

            assertThat(trail.verify()).singleElement().satisfies(broken -> {
                assertThat(broken.sequence()).isEqualTo(1);
                assertThat(broken.why()).contains("the 17 entries up to 17 are missing");
            });
        }

        @Test
        void whoeverCannotSignCannotMoveTheBeginning() {
            byte[] hash = trail.at(20).seal().chainHash();
            Anchor anchor = trail.anchors.get(1);
            assertThat(anchor.sequence()).isEqualTo(20);
            trail.rows.subList(0, 20).clear();

            trail.base = Optional.of(new BaseAnchor(Trail.TENANT, 20, hash, List.of(), 1, null, null));
            assertThat(trail.verify())
                    .singleElement()
                    .satisfies(broken -> assertThat(broken.why()).contains("nobody has signed"));
            // The signature of the head that was there is not that of a beginning.
            trail.base = Optional.of(new BaseAnchor(
                    Trail.TENANT, 20, hash, List.of(), anchor.atMicros(), anchor.keyId(), anchor.signature()));
            assertThat(trail.verify())
                    .singleElement()
                    .satisfies(broken -> assertThat(broken.why()).contains("does not fit"));
            trail.base = Optional.of(new BaseAnchor(
                    Trail.TENANT, 20, hash, List.of(), 1, "another", new byte[anchor.signature().length]));
            assertThat(trail.verify())
                    .singleElement()
                    .satisfies(broken -> assertThat(broken.why()).contains("not trusted"));
        }

        @Test
        void aBaseThatWasChangedIsNamed() {
            trail.detach(17, Set.of(19));
            BaseAnchor base = trail.base.orElseThrow();
            BaseAnchor.Stray added = Trail.stray(trail.at(10));

            trail.base = Optional.of(new BaseAnchor(
                    base.tenant(),
                    base.sequence(),
                    base.hash(),
                    List.of(base.strays().get(0), added),
                    base.atMicros(),
                    base.keyId(),
                    base.signature()));
            trail.rows.remove(9);

            assertThat(sequences(trail.verify())).containsExactly(17L);
        }

        @Test
        void anOlderBaseMissesWhatWentLater() {
            trail.detach(10, Set.of());
            Optional<BaseAnchor> older = trail.base;
            trail.rows.subList(0, 10).clear();
            trail.base = older;

            assertThat(sequences(trail.verify())).containsExactly(11L);
        }

        @Test
        void whatIsPutBeforeTheBeginningIsNamed() {
            SealedRecord detached = trail.at(3);
            trail.detach(17, Set.of());
            trail.rows.add(detached);

            assertThat(sequences(trail.verify())).containsExactly(3L);
        }

        @Test
        void withoutKeysABaseIsTakenAsItIs() {
            trail.detach(17, Set.of());
            BaseAnchor base = trail.base.orElseThrow();
            ChainVerifier verifier = new ChainVerifier(
                    Trail.TENANT,
                    trail.anchors,
                    Map.of(),
                    new Head(0, AuditChain.start()),
                    Optional.of(new BaseAnchor(Trail.TENANT, 17, base.hash(), List.of(), 1, null, null)));
            trail.rows.forEach(verifier::accept);

            assertThat(verifier.end(Optional.of(trail.head))).isEmpty();
        }
    }

    @Test
    void findingsAreBounded() {
        Trail trail = new Trail(ChainVerifier.FINDINGS_MAX + 20, new Random(1));
        List<SealedRecord> edited = new ArrayList<>();
        trail.rows.forEach(row -> edited.add(trail.edited(row, false, false)));
        trail.rows.clear();
        trail.rows.addAll(edited);

        List<Broken> broken = trail.verify();

        assertThat(broken).hasSize(ChainVerifier.FINDINGS_MAX + 1);
        assertThat(broken.get(broken.size() - 1).why()).isEqualTo("20 more findings are not listed");
    }

    @Test
    void entriesOutOfOrderAreRefused() {
        Trail trail = new Trail(3, new Random(1));
        ChainVerifier verifier = new ChainVerifier(Trail.TENANT, List.of(), Map.of());
        verifier.accept(trail.at(2));
        verifier.accept(trail.at(3));

        assertThatThrownBy(() -> verifier.accept(trail.at(1))).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void differentEntriesAreEncodedDifferently() {
        AuditChain chain = new AuditChain();
        byte[] nonce = new byte[16];

        assertThat(chain.who(nonce, new AuditRecord.Who("ab", "c", null, null)))
                .isNotEqualTo(chain.who(nonce, new AuditRecord.Who("a", "bc", null, null)))
                .isNotEqualTo(chain.who(nonce, new AuditRecord.Who("ab", "c", "", null)));
        assertThat(chain.payload(nonce, null)).isNotEqualTo(chain.payload(nonce, ""));
        assertThat(new UUID(0, 0)).isNotEqualTo(Trail.TENANT);
    }
}
