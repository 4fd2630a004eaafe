package org.holdfast.cache.entities;

import jakarta.persistence.Convert;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import jakarta.persistence.Version;
import org.holdfast.model.memory.Embedding;
import org.jspecify.annotations.Nullable;

/** With a vector that is read with each row. */
@Entity
@Table(schema = "cachetest", name = "note")
public class Embedded {
    @Id
    public long id;

    @Version
    public long version;

    @Convert(converter = Embedding.class)
    public float @Nullable [] embedding;
}
