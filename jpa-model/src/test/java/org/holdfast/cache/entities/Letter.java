package org.holdfast.cache.entities;

import jakarta.persistence.Entity;
import jakarta.persistence.Table;

@Entity
@Table(schema = "cachetest", name = "letter")
public class Letter extends Paper {
    public String recipient = "";
}
