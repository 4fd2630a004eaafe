package org.holdfast.memory;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.holdfast.json.JsonDocument;

/** What memories said before, folded from the entries of the audit trail in one statement. */
final class MemoryHistory {
    /*
     * An entry tells the fields that changed. What a version said in a field is told by the first change from it on that
     * has that field before and after; when there is none, by the memory as it is. Each change is numbered by how many from
     * the newest back to it tell a field, which puts it into one group with the change that tells what it replaced. An
     * erased entry says that it forgot everything, so that nothing is taken past it; its version follows from those after it
     * and, of a memory of which nothing else is left, from the first version, 0.
     *
     * What one transaction did to a memory is one change: it may have written the row, and so its version, more than once.
     * A change by hand that left the version as it was replaced no version, and is in the trail alone.
     *
     * The entries of a memory are found by the index entry_entity, whatever the page: by epoch and moment, because the clock
     * of the next writer may be behind.
     *
     * Earlier versions of the application wrote each change to memory_revision, too. Those of before the trail are nowhere
     * else, so they are read where they are: to make entries of them would be to write into the past of a sealed chain. What
     * the trail tells it tells alone, or an erasure would be undone.
     */
    private static final String PAGE = """
            with living as (
                select m.version, m.text, m.metadata from memory.memory m where m.id = ?),
            kept as (
                select r.* from memory.memory_revision r where r.memory_id = ?),
            change as (
                select e.epoch, e.xid, e.at, e.id, e.operation, e.actor, e.changes,
                       e.changes is null and e.operation = 'UPDATE' and e.source <> 'outside' as is_erased_version
                from audit.entry e
                where e.tenant_id = auth.current_tenant() and e.entity_id = ? and e.entity = 'memory.memory'
                  and e.operation in ('UPDATE', 'DELETE')),
            numbered as (
                select c.*,
                       count(*) filter (where c.changes -> 'version' is not null) over newest as version_group,
                       count(*) filter (where c.changes is null or c.changes -> 'text' is not null) over newest as text_group,
                       count(*) filter (where c.changes is null or c.changes -> 'metadata' is not null) over newest
                           as metadata_group
                from change c window newest as (order by c.epoch desc, c.at desc, c.id desc)),
            told as (
                select n.epoch, n.xid, n.at, n.id, n.actor, n.operation,
                       bool_or(n.operation = 'DELETE') over (partition by n.epoch, n.xid) as is_gone,
                       n.is_erased_version or n.changes -> 'version' is not null as is_version,
                       case when n.version_group > 0 then (first_value(n.changes -> 'version' ->> 0) over of_version)::bigint
                            else coalesce((select l.version from living l),
                                          (select max(k.version) from kept k where k.change = 'DELETED'),
                                          count(*) filter (where n.is_erased_version) over (partition by n.version_group))
                       end - count(*) filter (where n.is_erased_version) over of_version as version,
                       case when n.text_group > 0 then first_value(n.changes -> 'text' ->> 0) over of_text
                            else (select l.text from living l) end as text,
                       case when n.metadata_group > 0 then first_value((n.changes -> 'metadata' -> 0)::text) over of_metadata
                            else (select l.metadata::text from living l) end as metadata
                from numbered n
                window of_version as (partition by n.version_group order by n.epoch desc, n.at desc, n.id desc),
                       of_text as (partition by n.text_group order by n.epoch desc, n.at desc, n.id desc),
                       of_metadata as (partition by n.metadata_group order by n.epoch desc, n.at desc, n.id desc)),
            revision as (
                select distinct on (t.epoch, t.xid) t.version, case when t.is_gone then 'DELETED' else 'UPDATED' end as change,
                       t.text, t.metadata, t.actor, t.at
                from told t where t.is_version or t.operation = 'DELETE'
                order by t.epoch, t.xid, t.at, t.id)
            select p.* from (
                select * from revision
                union all
                select k.version, k.change, k.text, k.metadata::text, k.actor, k.changed_at from kept k
                where not exists (select from revision r where r.version <= k.version)) p
            where p.version >= ? order by p.version, p.at limit ?
            """;

    private MemoryHistory() {}

    /** The revisions from version {@code from} on, at most {@code max}, oldest first. */
    static List<RevisionView> page(Connection connection, UUID memory, long from, int max) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement(PAGE)) {
            select.setObject(1, memory);
            select.setObject(2, memory);
            select.setString(3, memory.toString());
            select.setLong(4, from);
            select.setInt(5, max);
            List<RevisionView> revisions = new ArrayList<>();
            try (ResultSet row = select.executeQuery()) {
                while (row.next()) {
                    revisions.add(view(row));
                }
            }
            return revisions;
        }
    }

    private static RevisionView view(ResultSet row) throws SQLException {
        String text = row.getString(3);
        String metadata = row.getString(4);
        String actor = row.getString(5);
        return new RevisionView(
                row.getLong(1),
                row.getString(2),
                text,
                metadata == null ? null : new JsonDocument(metadata),
                actor,
                row.getObject(6, OffsetDateTime.class).toInstant(),
                // A memory has all of them, and so has whoever changed it.
                (text == null || metadata == null || actor == null) ? true : null);
    }
}
