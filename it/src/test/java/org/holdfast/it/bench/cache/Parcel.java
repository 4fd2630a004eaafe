package org.holdfast.it.bench.cache;

import jakarta.persistence.Cacheable;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import jakarta.persistence.Version;
import java.math.BigDecimal;
import java.time.LocalDateTime;
import java.util.UUID;
import org.hibernate.annotations.Cache;
import org.hibernate.annotations.CacheConcurrencyStrategy;

/** What every way of the comparison reads and writes: a row of some 150 bytes, with a version. */
@Entity
@Cacheable
@Cache(usage = CacheConcurrencyStrategy.READ_WRITE)
@Table(schema = "holdfast_bench", name = "parcel")
public class Parcel {
    @Id
    public UUID id = UUID.randomUUID();

    @Version
    public long version;

    public String recipient = "Ada Lovelace";
    public String street = "St James's Square 12";
    public String city = "London";
    public BigDecimal weight = new BigDecimal("12.50");

    @Column(name = "sent_at")
    public LocalDateTime sentAt = LocalDateTime.of(2026, 1, 31, 10, 0);

    public String remark = "";

    /** Leaves a remark. */
    public void remark(String newRemark) {
        this.remark = newRemark;
    }
}
