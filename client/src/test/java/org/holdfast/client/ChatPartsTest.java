package org.holdfast.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.TextNode;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class ChatPartsTest {
    @Test
    void piecesFitAndMakeTheWholeAgain() {
        String text = "a\"\\\n\u00e4\u20ac\ud83e\udd86".repeat(300);

        List<String> pieces = Pieces.ofJsonBytes(text, 100);

        assertThat(String.join("", pieces)).isEqualTo(text);
        assertThat(pieces)
                .allSatisfy(piece -> assertThat(new TextNode(piece).toString().getBytes(StandardCharsets.UTF_8).length)
                        .isLessThanOrEqualTo(102));
        assertThat(Pieces.ofJsonBytes("", 100)).containsExactly("");
        assertThat(Pieces.ofChars("ab\ud83e\udd86c", 3)).containsExactly("ab", "\ud83e\udd86c");
    }

    @Test
    void aWindowJoinsTurnsThatFollowEachOther() {
        ChatWindow window = ChatWindow.EMPTY.and(7, 7).and(2, 3).and(4, 4).and(6, 6);

        assertThat(window.json()).hasToString("[[7,7],[2,4],[6,6]]");
        assertThat(ChatWindow.read(window.json())).isEqualTo(window);
        assertThat(window.lowest(99)).isEqualTo(2);
        assertThat(ChatWindow.EMPTY.lowest(99)).isEqualTo(99);
    }

    @Test
    void newIdsGrowWithTimeAndOwnOnesAreUuids() {
        String early = new Ids(InstantSource.fixed(Instant.ofEpochMilli(1))).next();
        String late = new Ids(InstantSource.fixed(Instant.ofEpochMilli(2))).next();

        assertThat(late).isGreaterThan(early);
        assertThat(UUID.fromString(late).version()).isEqualTo(7);
        assertThat(UUID.fromString(late).variant()).isEqualTo(2);
        assertThat(Ids.checked(early)).isEqualTo(early);
        for (String wrong : List.of("", "1", "1-1-1-1-1", "not-an-id")) {
            assertThatThrownBy(() -> Ids.checked(wrong)).isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void whatJsonCannotSayIsRefused() {
        assertThatThrownBy(() -> MetadataJson.value("n", Double.NaN))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("'n'");
        assertThat(MetadataJson.value("n", -Float.MAX_VALUE)).hasToString("-3.4028235E+38");
    }
}
