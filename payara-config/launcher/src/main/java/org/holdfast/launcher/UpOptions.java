package org.holdfast.launcher;

import java.util.Iterator;
import java.util.List;
import java.util.OptionalInt;

/** What {@code up} was asked for. */
record UpOptions(ServerKind server, OptionalInt instances) {
    private static final String USAGE = "usage: ./holdfast up [--micro] [--instances N] [--databases]";

    static UpOptions parse(List<String> arguments) {
        ServerKind server = ServerKind.SERVER;
        OptionalInt instances = OptionalInt.empty();
        Iterator<String> rest = arguments.iterator();
        while (rest.hasNext()) {
            String argument = rest.next();
            switch (argument) {
                case "--micro" -> server = ServerKind.MICRO;
                case "--databases" -> server = ServerKind.NONE;
                case "--instances" -> instances = OptionalInt.of(number(rest));
                default -> throw new LauncherException(2, "unknown option " + argument + "; " + USAGE);
            }
        }
        return new UpOptions(server, instances);
    }

    private static int number(Iterator<String> rest) {
        String text = rest.hasNext() ? rest.next() : "";
        try {
            return Integer.parseInt(text);
        } catch (NumberFormatException e) {
            throw new LauncherException(2, "--instances needs a number, got '" + text + "'; " + USAGE);
        }
    }
}
