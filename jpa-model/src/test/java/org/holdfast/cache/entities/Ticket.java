package org.holdfast.cache.entities;

import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import jakarta.persistence.Version;

/** With a version, and two attributes that change each on its own. */
@Entity
@Table(schema = "cachetest", name = "ticket")
public class Ticket {
    @Id
    public long id;

    @Version
    public long version;

    public String text = "";
    public String remark = "";

    public Ticket() {}

    public Ticket(long id, String text) {
        this.id = id;
        this.text = text;
    }

    /** Changes one of the two attributes. */
    public void rewrite(String newText, boolean isRemark) {
        if (isRemark) {
            this.remark = newText;
        } else {
            this.text = newText;
        }
    }
}
