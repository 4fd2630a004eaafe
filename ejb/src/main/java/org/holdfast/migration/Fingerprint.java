package org.holdfast.migration;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.TreeSet;
import org.holdfast.jdbc.Database;

/**
 * The shape of a database: one line for each schema, relation, column, constraint, index, trigger, policy, function and type
 * with its rights. What belongs to an extension, to the histories ({@code migration}) and to the set-up ({@code cluster}) is
 * left out; so are partitions by range, which each cluster makes as it needs them and detaches in its own time, and the places of
 * columns, because a column that was dropped and made again stands elsewhere.
 */
record Fingerprint(List<String> lines) {
    private static final int DIFFERENCES_MAX = 5;

    private static final String LINES = """
            with schema_ as (
                select n.oid, n.nspname, n.nspowner, n.nspacl from pg_namespace n
                where n.nspname !~ '^pg_' and n.nspname not in ('information_schema', 'migration', 'cluster', 'audit_detached')),
            extension_object as (
                select d.classid, d.objid from pg_depend d where d.deptype = 'e'),
            relation as (
                select c.*, format('%I.%I', s.nspname, c.relname) as name
                from pg_class c join schema_ s on s.oid = c.relnamespace
                where c.relkind in ('r', 'p', 'v', 'm', 'S', 'f')
                  and (not c.relispartition or pg_get_expr(c.relpartbound, c.oid) like '%modulus%')
                  and not exists (select from extension_object e where e.classid = 'pg_class'::regclass and e.objid = c.oid)),
            routine as (
                select p.*, format('%I.%I(%s)', s.nspname, p.proname, pg_get_function_identity_arguments(p.oid)) as name
                from pg_proc p join schema_ s on s.oid = p.pronamespace
                where not exists (select from extension_object e where e.classid = 'pg_proc'::regclass and e.objid = p.oid)),
            right_ as (
                select 'schema ' || s.nspname as thing, a.* from schema_ s,
                       lateral aclexplode(coalesce(s.nspacl, acldefault('n', s.nspowner))) a
                union all
                select 'relation ' || r.name, a.* from relation r,
                       lateral aclexplode(coalesce(r.relacl, acldefault(case r.relkind when 'S' then 's' else 'r' end::"char",
                                                                       r.relowner))) a
                union all
                select 'column ' || r.name || '.' || t.attname, a.* from relation r
                       join pg_attribute t on t.attrelid = r.oid and t.attnum > 0 and not t.attisdropped,
                       lateral aclexplode(t.attacl) a
                union all
                select 'function ' || p.name, a.* from routine p,
                       lateral aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) a)
            select format('schema %s of %s', s.nspname, s.nspowner::regrole) from schema_ s
            union all
            select format('relation %s %s%s of %s, row security %s %s, identity %s, options %s, partitions %s %s, view %s',
                          r.name, r.relkind, r.relpersistence, r.relowner::regrole, r.relrowsecurity, r.relforcerowsecurity,
                          r.relreplident, r.reloptions, case when r.relkind = 'p' then pg_get_partkeydef(r.oid) end,
                          pg_get_expr(r.relpartbound, r.oid),
                          case when r.relkind in ('v', 'm') then pg_get_viewdef(r.oid) end)
            from relation r
            union all
            select format('column %s.%s %s%s default %s generated %s identity %s storage %s', r.name, t.attname,
                          format_type(t.atttypid, t.atttypmod), case when t.attnotnull then ' not null' else '' end,
                          pg_get_expr(d.adbin, d.adrelid), t.attgenerated, t.attidentity, t.attstorage)
            from relation r join pg_attribute t on t.attrelid = r.oid and t.attnum > 0 and not t.attisdropped
                 left join pg_attrdef d on d.adrelid = r.oid and d.adnum = t.attnum
            where r.relkind <> 'S'
            union all
            select format('sequence %s %s from %s by %s', r.name, format_type(q.seqtypid, null), q.seqstart, q.seqincrement)
            from relation r join pg_sequence q on q.seqrelid = r.oid
            union all
            select format('constraint %s %s %s', r.name, k.conname, pg_get_constraintdef(k.oid))
            from relation r join pg_constraint k on k.conrelid = r.oid
            union all
            select format('index %s%s', pg_get_indexdef(i.indexrelid), case when i.indisvalid then '' else ' invalid' end)
            from relation r join pg_index i on i.indrelid = r.oid
            union all
            select format('trigger %s %s', t.tgenabled, pg_get_triggerdef(t.oid))
            from relation r join pg_trigger t on t.tgrelid = r.oid and not t.tgisinternal
            union all
            select format('rule %s', pg_get_ruledef(w.oid))
            from relation r join pg_rewrite w on w.ev_class = r.oid and w.rulename <> '_RETURN'
            union all
            select format('policy %s %s %s %s roles %s using %s check %s', r.name, p.polname, p.polcmd, p.polpermissive,
                          array(select x::regrole::text from unnest(p.polroles) x order by 1),
                          pg_get_expr(p.polqual, p.polrelid), pg_get_expr(p.polwithcheck, p.polrelid))
            from relation r join pg_policy p on p.polrelid = r.oid
            union all
            select format('function %s of %s: %s', p.name, p.proowner::regrole,
                          case when p.prokind in ('f', 'p') then pg_get_functiondef(p.oid) else p.prokind::text end)
            from routine p
            union all
            select format('type %s.%s %s: %s %s', s.nspname, t.typname, t.typtype, format_type(t.typbasetype, t.typtypmod),
                          array(select e.enumlabel::text from pg_enum e where e.enumtypid = t.oid order by e.enumsortorder))
            from pg_type t join schema_ s on s.oid = t.typnamespace
            where t.typtype in ('e', 'd', 'r')
              and not exists (select from extension_object e where e.classid = 'pg_type'::regclass and e.objid = t.oid)
            union all
            select format('right %s: %s to %s%s', r.thing, r.privilege_type,
                          case when r.grantee = 0 then 'public' else r.grantee::regrole::text end,
                          case when r.is_grantable then ' with grant option' else '' end)
            from right_ r""";

    Fingerprint {
        lines = lines.stream().sorted().toList();
    }

    static Fingerprint read(Connection connection) throws SQLException {
        return new Fingerprint(Database.all(connection, row -> row.getString(1), LINES));
    }

    /** SHA-256 of all lines in hexadecimal: equal for equal shapes. */
    String hash() {
        try {
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256")
                            .digest(String.join("\n", lines).getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every JDK has SHA-256", impossible);
        }
    }

    /** The first lines that only one of the two has, on one line each; none when they are equal. */
    static List<String> differences(Fingerprint primary, Fingerprint failover) {
        List<String> differences = new ArrayList<>();
        differences.addAll(without("primary", primary, failover));
        differences.addAll(without("failover", failover, primary));
        return differences;
    }

    private static List<String> without(String cluster, Fingerprint one, Fingerprint other) {
        TreeSet<String> more = new TreeSet<>(one.lines);
        more.removeAll(new TreeSet<>(other.lines));
        return more.stream()
                .limit(DIFFERENCES_MAX)
                .map(line -> "only " + cluster + " has " + line.replaceAll("\\s+", " "))
                .toList();
    }
}
