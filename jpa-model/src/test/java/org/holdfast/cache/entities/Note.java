package org.holdfast.cache.entities;

import jakarta.persistence.Basic;
import jakarta.persistence.Convert;
import jakarta.persistence.Entity;
import jakarta.persistence.FetchType;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import jakarta.persistence.Version;
import org.holdfast.model.memory.Embedding;
import org.jspecify.annotations.Nullable;

/** With a lazy vector. */
@Entity
@Table(schema = "cachetest", name = "note")
public class Note {
    @Id
    public long id;

    @Version
    public long version;

    public String text = "";

    @Basic(fetch = FetchType.LAZY)
    @Convert(converter = Embedding.class)
    public float @Nullable [] embedding;

    public float @Nullable [] embedding() {
        return embedding;
    }

    public void rewrite(String newText) {
        this.text = newText;
    }
}
