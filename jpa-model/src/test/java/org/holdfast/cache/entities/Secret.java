package org.holdfast.cache.entities;

import jakarta.persistence.Cacheable;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;

/** Which the application does not want to be cached. */
@Entity
@Cacheable(false)
@Table(schema = "cachetest", name = "secret")
public class Secret {
    @Id
    public long id;

    public String text = "";

    public void rewrite(String newText) {
        this.text = newText;
    }
}
