package org.holdfast.vector;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.holdfast.vector.IndexPlan.Kind;
import org.holdfast.vector.IndexPlan.Present;
import org.holdfast.vector.IndexPlan.Step;
import org.junit.jupiter.api.Test;

class IndexPlanTest {
    private static final String TABLE = "memory.memory";
    private static final VectorTables.Part PART = new VectorTables.Part(TABLE, 1, 384, false);
    private static final VectorTables.Part MARKING = new VectorTables.Part(TABLE, 1, 384, true);
    private static final String NAME = "memory_embedding";
    private static final Present SHIPPED = new Present(NAME, true, true, null, 10, 40);

    private static Present index(String name, boolean isValid, IndexProfile profile) {
        return new Present(name, isValid, true, null, profile.m(), profile.efConstruction());
    }

    private static List<String> to(IndexProfile profile, Present... present) {
        return IndexPlan.to(profile, PART, List.of(present)).stream()
                .map(step -> step.kind() + " " + String.join("; ", step.statements()))
                .toList();
    }

    private static final String BUILD =
            "BUILD create index concurrently memory_embedding_new on memory.memory using hnsw"
                    + " ((embedding::public.halfvec(384)) public.halfvec_cosine_ops) with (m = 24, ef_construction = 100)";
    private static final String SWAP = "SWAP alter index memory.memory_embedding rename to memory_embedding_old;"
            + " alter index memory.memory_embedding_new rename to memory_embedding";
    private static final String DROP_OLD = "DROP drop index concurrently if exists memory.memory_embedding_old";
    private static final String DROP_NEW = "DROP drop index concurrently if exists memory.memory_embedding_new";

    @Test
    void theNewIndexIsBuiltBesideTheOldOneAndTakesItsName() {
        assertThat(to(IndexProfile.QUALITY, SHIPPED)).containsExactly(BUILD, SWAP, DROP_OLD);
    }

    @Test
    void whereThereIsNoneItIsBuiltAndNamed() {
        assertThat(to(IndexProfile.QUALITY))
                .containsExactly(BUILD, "SWAP alter index memory.memory_embedding_new rename to memory_embedding");
    }

    @Test
    void anIndexThatIsAsItShouldBeIsLeftAlone() {
        assertThat(to(IndexProfile.QUALITY, index(NAME, true, IndexProfile.QUALITY)))
                .isEmpty();
        assertThat(to(IndexProfile.SPEED, index(NAME, true, IndexProfile.BALANCED)))
                .isEmpty();
    }

    @Test
    void anInvalidIndexOrOneThatSearchesDoNotUseIsReplaced() {
        assertThat(to(IndexProfile.QUALITY, index(NAME, false, IndexProfile.QUALITY)))
                .containsExactly(BUILD, SWAP, DROP_OLD);
        assertThat(to(IndexProfile.QUALITY, new Present(NAME, true, false, null, 24, 100)))
                .containsExactly(BUILD, SWAP, DROP_OLD);
    }

    @Test
    void whatAnAttemptHasLeftBehindIsDroppedFirstOrGoneOnWith() {
        String building = NAME + "_new";
        assertThat(to(IndexProfile.QUALITY, SHIPPED, index(building, false, IndexProfile.QUALITY)))
                .containsExactly(DROP_NEW, BUILD, SWAP, DROP_OLD);
        assertThat(to(IndexProfile.QUALITY, SHIPPED, index(building, true, IndexProfile.SPEED)))
                .containsExactly(DROP_NEW, BUILD, SWAP, DROP_OLD);
        assertThat(to(IndexProfile.QUALITY, SHIPPED, new Present(NAME + "_ccnew1", false, true, null, 10, 40)))
                .containsExactly(
                        "DROP drop index concurrently if exists memory.memory_embedding_ccnew1", BUILD, SWAP, DROP_OLD);
        assertThat(to(IndexProfile.QUALITY, SHIPPED, index(building, true, IndexProfile.QUALITY)))
                .containsExactly(SWAP, DROP_OLD);
        assertThat(to(
                        IndexProfile.QUALITY,
                        index(NAME, true, IndexProfile.QUALITY),
                        new Present(NAME + "_old", true, true, null, 10, 40)))
                .containsExactly(DROP_OLD);
    }

    @Test
    void whereCopiesAreMarkedTheIndexIsOfTheOthers() {
        Present ofAll = index(NAME, true, IndexProfile.QUALITY);
        Present ofOthers = new Present(NAME, true, true, "(graph < 2)", ofAll.m(), ofAll.efConstruction());

        assertThat(IndexPlan.to(IndexProfile.QUALITY, MARKING, List.of(ofOthers)))
                .isEmpty();
        assertThat(IndexPlan.to(IndexProfile.QUALITY, MARKING, List.of(ofAll)))
                .extracting(step -> step.statements().get(0))
                .contains(BUILD.substring("BUILD ".length()) + " where graph < 2");
        assertThat(to(IndexProfile.QUALITY, ofOthers))
                .as("where copies are not marked")
                .containsExactly(BUILD, SWAP, DROP_OLD);
    }

    /** Each step is as if it was interrupted before it, behind it, and, for a build, in its middle. */
    @Test
    void whereverItIsInterruptedTheNextPlanEndsWithOneValidIndexOfThatName() {
        for (Present first : List.of(SHIPPED, index(NAME, false, IndexProfile.SPEED))) {
            int steps = IndexPlan.to(IndexProfile.QUALITY, PART, List.of(first)).size();
            for (int done = 0; done <= steps; done++) {
                for (boolean isHalf : new boolean[] {false, true}) {
                    Map<String, Present> state = new HashMap<>(Map.of(first.name(), first));
                    List<Step> plan = IndexPlan.to(IndexProfile.QUALITY, PART, List.copyOf(state.values()));
                    plan.subList(0, done).forEach(step -> run(step, state, true));
                    if (isHalf && done < steps && plan.get(done).kind() == Kind.BUILD) {
                        run(plan.get(done), state, false);
                    }

                    List<Step> rest = IndexPlan.to(IndexProfile.QUALITY, PART, new ArrayList<>(state.values()));
                    rest.forEach(step -> {
                        run(step, state, true);
                        assertThat(state).as("%s", step).containsKey(NAME);
                    });

                    assertThat(state.values()).containsExactly(index(NAME, true, IndexProfile.QUALITY));
                }
            }
        }
    }

    private static void run(Step step, Map<String, Present> state, boolean isToItsEnd) {
        for (String statement : step.statements()) {
            String[] words = statement.replace("memory.", "").split(" ", -1);
            switch (step.kind()) {
                case BUILD -> put(state, index(words[3], isToItsEnd, IndexProfile.QUALITY));
                case DROP -> state.remove(words[words.length - 1]);
                case SWAP -> {
                    Present renamed =
                            Optional.ofNullable(state.remove(words[2])).orElseThrow();
                    put(
                            state,
                            new Present(
                                    words[words.length - 1],
                                    renamed.isValid(),
                                    renamed.isFitting(),
                                    renamed.predicate(),
                                    renamed.m(),
                                    renamed.efConstruction()));
                }
            }
        }
    }

    private static void put(Map<String, Present> state, Present index) {
        assertThat(state.put(index.name(), index)).as("was there already").isNull();
    }

    @Test
    void makingAnewBeginsWithWhatWasLeftBehind() {
        assertThat(IndexPlan.again(
                        TABLE,
                        List.of(
                                SHIPPED,
                                new Present(NAME + "_ccnew", false, true, null, 10, 40),
                                new Present(NAME + "_new", false, true, null, 24, 100))))
                .extracting(step -> step.statements().get(0))
                .containsExactly(
                        "drop index concurrently if exists memory.memory_embedding_ccnew",
                        "drop index concurrently if exists memory.memory_embedding_new",
                        "reindex index concurrently memory.memory_embedding");
    }
}
