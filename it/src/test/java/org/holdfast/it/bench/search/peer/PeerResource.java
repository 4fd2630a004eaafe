package org.holdfast.it.bench.search.peer;

import dev.langchain4j.data.segment.TextSegment;
import dev.langchain4j.model.embedding.EmbeddingModel;
import dev.langchain4j.model.embedding.onnx.allminilml6v2q.AllMiniLmL6V2QuantizedEmbeddingModel;
import dev.langchain4j.store.embedding.EmbeddingMatch;
import dev.langchain4j.store.embedding.EmbeddingSearchRequest;
import dev.langchain4j.store.embedding.pgvector.PgVectorEmbeddingStore;
import dev.langchain4j.store.embedding.pgvector.PgVectorEmbeddingStore.SearchMode;
import jakarta.annotation.PostConstruct;
import jakarta.annotation.Resource;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.json.Json;
import jakarta.json.JsonArray;
import jakarta.json.JsonArrayBuilder;
import jakarta.json.JsonObject;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import javax.sql.DataSource;
import org.holdfast.memory.MiniLm;

/** Finds passages by a question, which it embeds with the model as LangChain4j delivers it, or in Holdfast's session of it. */
@Path("search")
@ApplicationScoped
@Consumes(MediaType.APPLICATION_JSON)
@Produces(MediaType.APPLICATION_JSON)
@SuppressWarnings("NullAway.Init") // made by the container
public class PeerResource {
    @Resource(lookup = "java:app/jdbc/peer")
    private DataSource dataSource;

    private EmbeddingModel delivered;
    private EmbeddingModel oneThread;
    private PgVectorEmbeddingStore byVector;
    private PgVectorEmbeddingStore byBoth;

    @PostConstruct
    void open() {
        delivered = new AllMiniLmL6V2QuantizedEmbeddingModel();
        oneThread = MiniLm.load();
        byVector = PeerStore.open(dataSource, SearchMode.VECTOR);
        byBoth = PeerStore.open(dataSource, SearchMode.HYBRID);
    }

    /** The passages, the best first. */
    @POST
    public JsonArray search(JsonObject body) {
        String question = body.getString("query");
        EmbeddingModel model = body.getBoolean("delivered") ? delivered : oneThread;
        PgVectorEmbeddingStore store = body.getString("mode").equals("hybrid") ? byBoth : byVector;
        EmbeddingSearchRequest.EmbeddingSearchRequestBuilder request = EmbeddingSearchRequest.builder()
                .query(question)
                .queryEmbedding(model.embed(question).content())
                .maxResults(body.getInt("limit"));
        if (body.containsKey("agentId")) {
            request.filter(PeerStore.byAgent(body.getString("agentId")));
        }
        JsonArrayBuilder found = Json.createArrayBuilder();
        for (EmbeddingMatch<TextSegment> match : store.search(request.build()).matches()) {
            found.add(Json.createObjectBuilder()
                    .add("id", match.embeddingId())
                    .add("text", match.embedded().text())
                    .add("score", match.score())
                    .add("agentId", String.valueOf(match.embedded().metadata().getString(PeerStore.AGENT))));
        }
        return found.build();
    }
}
