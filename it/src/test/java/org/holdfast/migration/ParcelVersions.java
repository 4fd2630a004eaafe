package org.holdfast.migration;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Versions of a table of parcels, each with its way back, for the benchmarks of the migrations. */
final class ParcelVersions {
    static final String TABLE = "100";
    static final String EXPAND = "101";
    static final String DATA = "102";
    /** In Java; there only after {@link #writeStep}. */
    static final String STEP = "103";

    static final String INDEX = "104";
    static final String CONTRACT = "105";

    /** Parameters: the first and the last number. */
    static final String FILL = "insert into memory.parcel (id, recipient, city, remark)"
            + " select n, 'recipient ' || n, 'city ' || n % 1000, 'as it was' from generate_series(?::bigint, ?::bigint) n";

    /** The same for the same rows, in whatever order their columns are. */
    static final String CHECKSUM =
            "select count(*) || ' ' || coalesce(sum(hashtextextended(concat_ws('|', id, recipient, city, touched, visits), 0)), 0)"
                    + " from memory.parcel";

    private ParcelVersions() {}

    static void write(Path directory) throws IOException {
        file(directory, "V100__parcel", """
                create table memory.parcel (
                    id bigint primary key, recipient text not null, city text not null, remark text) with (fillfactor = 90);
                grant select, insert, update, delete on memory.parcel to holdfast_app;""");
        file(directory, "U100__parcel", "drop table memory.parcel;");
        file(
                directory,
                "V101__touched",
                "alter table memory.parcel add column touched integer not null default 0,"
                        + " add column visits integer not null default 0;");
        file(directory, "U101__touched", "alter table memory.parcel drop column touched, drop column visits;");
        // Shows rows that were done twice.
        file(directory, "V102__touch", """
                -- holdfast: data table=memory.parcel key=id chunk=1000
                update memory.parcel set touched = touched + 1 where id > :after and id <= :upto;""");
        file(directory, "U102__touch", "update memory.parcel set touched = 0;");
        file(directory, "V104__index", "create index concurrently parcel_touched on memory.parcel (touched);");
        file(directory, "U104__index", "drop index concurrently memory.parcel_touched;");
        file(directory, "V105__remark", """
                -- holdfast: contract
                alter table memory.parcel drop column remark;""");
        file(directory, "U105__remark", "alter table memory.parcel add column remark text;");
    }

    static void writeStep(Path directory) throws IOException {
        file(directory, "V103__visit", "-- holdfast: data table=memory.parcel key=id chunk=500 java=" + Visits.NAME);
        file(directory, "U103__visit", "update memory.parcel set visits = 0;");
    }

    private static void file(Path directory, String name, String text) throws IOException {
        Files.writeString(directory.resolve(name + ".sql"), text + "\n");
    }
}
