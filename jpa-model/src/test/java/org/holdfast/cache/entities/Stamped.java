package org.holdfast.cache.entities;

import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import jakarta.persistence.Version;
import java.sql.Timestamp;
import org.jspecify.annotations.Nullable;

/** With a time as version. */
@Entity
@Table(schema = "cachetest", name = "stamped")
public class Stamped {
    @Id
    public long id;

    @Version
    public @Nullable Timestamp version;

    public String text = "";

    public void rewrite(String newText) {
        this.text = newText;
    }
}
