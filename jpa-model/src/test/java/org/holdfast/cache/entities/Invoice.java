package org.holdfast.cache.entities;

import jakarta.persistence.Entity;
import jakarta.persistence.Table;

@Entity
@Table(schema = "cachetest", name = "invoice")
public class Invoice extends Paper {
    public long cents;
}
