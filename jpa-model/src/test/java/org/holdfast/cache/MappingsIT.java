package org.holdfast.cache;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.holdfast.cache.entities.Booking;
import org.holdfast.cache.entities.BookingId;
import org.holdfast.cache.entities.Car;
import org.holdfast.cache.entities.Circle;
import org.holdfast.cache.entities.Embedded;
import org.holdfast.cache.entities.Invoice;
import org.holdfast.cache.entities.Letter;
import org.holdfast.cache.entities.Note;
import org.holdfast.cache.entities.Paper;
import org.holdfast.cache.entities.Passport;
import org.holdfast.cache.entities.Person;
import org.holdfast.cache.entities.Secret;
import org.holdfast.cache.entities.Shape;
import org.holdfast.cache.entities.Square;
import org.holdfast.cache.entities.Stamped;
import org.holdfast.cache.entities.Team;
import org.holdfast.cache.entities.Truck;
import org.holdfast.cache.entities.Vehicle;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class MappingsIT extends TwoInstances {
    @BeforeEach
    void empty() {
        servers.execute("truncate cachetest.person_tag, cachetest.passport, cachetest.person, cachetest.team,"
                + " cachetest.vehicle, cachetest.circle, cachetest.square, cachetest.shape, cachetest.paper,"
                + " cachetest.letter, cachetest.invoice, cachetest.booking, cachetest.note, cachetest.secret,"
                + " cachetest.stamped");
    }

    @Test
    void valuesEmbeddedAndConverted() {
        Person ada = new Person("Ada");
        ada.mood = Person.Mood.TIRED;
        ada.salary = new BigDecimal("1234.50");
        ada.born = LocalDate.of(1815, 12, 10);
        ada.seenAt = Instant.parse("2026-03-04T05:06:07.891011Z");
        ada.extra = "{\"a\": [1, 2]}";
        ada.home.street = "St James's Square";
        ada.home.city = "London";
        store(ada);
        String answer = throughRedis(
                "Person",
                Person.class,
                ada.id,
                person -> List.of(
                                person.name,
                                Objects.requireNonNull(person.mood),
                                Objects.requireNonNull(person.salary),
                                Objects.requireNonNull(person.born),
                                Objects.requireNonNull(person.seenAt),
                                Objects.requireNonNull(person.extra),
                                Objects.requireNonNull(person.home.street),
                                Objects.requireNonNull(person.home.city),
                                person.version)
                        .toString());
        assertThat(answer)
                .isEqualTo("[Ada, TIRED, 1234.50, 1815-12-10, 2026-03-04T05:06:07.891011Z, {\"a\": [1, 2]},"
                        + " St James's Square, London, 1]");
    }

    @Test
    void nothingIsNothing() {
        Person nobody = new Person("");
        store(nobody);
        boolean isEmpty = throughRedis(
                "Person",
                Person.class,
                nobody.id,
                person -> person.mood == null && person.salary == null && person.seenAt == null);
        assertThat(isEmpty).isTrue();
    }

    @Test
    void aCollectionIsReadFromTheDatabaseEachTime() {
        Person ada = new Person("Ada");
        ada.tags.add("first");
        store(ada);
        Set<String> before = throughRedis("Person", Person.class, ada.id, person -> Set.copyOf(person.tags()));
        assertThat(before).containsExactly("first");
        servers.execute("insert into cachetest.person_tag values ('" + ada.id + "', 'second')");
        Set<String> after = one.read(
                entities -> Set.copyOf(entities.find(Person.class, ada.id).tags()));
        assertThat(after).containsExactlyInAnyOrder("first", "second");
    }

    @Test
    void aLazyReferenceIsReadThroughRedisToo() {
        Team team = new Team(1, "Analysts");
        Person ada = new Person("Ada");
        ada.team = team;
        store(team, ada);
        String name =
                throughRedis("Person", Person.class, ada.id, person -> Objects.requireNonNull(person.team()).name);
        assertThat(name).isEqualTo("Analysts");
        assertThat(one.counts("Team").redisHits()).isEqualTo(1);
    }

    @Test
    void aReferenceLeadsToWhatIsTrueNow() {
        Team team = new Team(1, "Analysts");
        Person ada = new Person("Ada");
        ada.team = team;
        store(team, ada);
        throughRedis("Person", Person.class, ada.id, person -> Objects.requireNonNull(person.team()).name);
        two.write(entities -> entities.find(Team.class, 1L).rename("Engineers"));
        soon(() -> one.read(entities -> Objects.requireNonNull(
                                entities.find(Person.class, ada.id).team())
                        .name)
                .equals("Engineers"));
        Team other = new Team(2, "Poets");
        two.write(entities -> {
            entities.persist(other);
            entities.find(Person.class, ada.id).join(other);
        });
        soon(() -> one.read(entities -> Objects.requireNonNull(
                                entities.find(Person.class, ada.id).team())
                        .name)
                .equals("Poets"));
    }

    @Test
    void theMembersOfATeamAreThoseOfNow() {
        Team team = new Team(1, "Analysts");
        store(team);
        int before = throughRedis("Team", Team.class, 1L, each -> each.members().size());
        assertThat(before).isEqualTo(0);
        two.write(entities -> {
            Person ada = new Person("Ada");
            entities.persist(ada);
            ada.join(entities.find(Team.class, 1L));
        });
        int after = one.read(entities -> entities.find(Team.class, 1L).members().size());
        assertThat(after).isEqualTo(1);
    }

    @Test
    void aReferenceWhoseForeignKeyIsOnTheOtherSideIsReadEachTime() {
        Person ada = new Person("Ada");
        store(ada);
        boolean hasNone = throughRedis("Person", Person.class, ada.id, person -> person.passport() == null);
        assertThat(hasNone).isTrue();
        two.write(entities -> {
            Person owner = entities.find(Person.class, ada.id);
            entities.persist(new Passport(owner, "X1"));
        });
        String number = one.read(entities ->
                Objects.requireNonNull(entities.find(Person.class, ada.id).passport()).number);
        assertThat(number).isEqualTo("X1");
    }

    @Test
    void oneTableForAllSubclasses() {
        Car car = new Car();
        car.id = 1;
        car.name = "Beetle";
        car.seats = 4;
        Truck truck = new Truck();
        truck.id = 2;
        truck.name = "Unimog";
        truck.tons = 7;
        store(car, truck);
        int seats = throughRedis("Vehicle", Vehicle.class, 1L, each -> ((Car) each).seats);
        assertThat(seats).isEqualTo(4);
        int tons = throughRedis("Vehicle", Truck.class, 2L, each -> each.tons);
        assertThat(tons).isEqualTo(7);
        Car noCar = one.read(entities -> entities.find(Car.class, 2L));
        assertThat(noCar).as("a truck is no car").isNull();
    }

    @Test
    void joinedTables() {
        Circle circle = new Circle();
        circle.id = 1;
        circle.color = "red";
        circle.radius = 2.5;
        Square square = new Square();
        square.id = 2;
        square.color = "blue";
        square.side = 3;
        store(circle, square);
        String answer = throughRedis("Shape", Shape.class, 1L, each -> each.color + ((Circle) each).radius);
        assertThat(answer).isEqualTo("red2.5");
        double side = throughRedis("Shape", Square.class, 2L, each -> each.side);
        assertThat(side).isEqualTo(3);
    }

    @Test
    void aTableForEachClass() {
        Letter letter = new Letter();
        letter.id = 1;
        letter.title = "Dear";
        letter.recipient = "Charles";
        Invoice invoice = new Invoice();
        invoice.id = 2;
        invoice.cents = 99;
        store(letter, invoice);
        String recipient = throughRedis("Letter", Letter.class, 1L, each -> each.recipient);
        assertThat(recipient).isEqualTo("Charles");
        String title = one.read(entities -> entities.find(Paper.class, 1L).title);
        assertThat(title).isEqualTo("Dear");
        two.write(entities ->
                entities.createQuery("update Letter p set p.title = 'Sir'").executeUpdate());
        soon(() -> one.read(entities -> entities.find(Letter.class, 1L).title).equals("Sir"));
    }

    @Test
    void aCompositeKeyOfAnEntityWithoutPartition() {
        Booking booking = new Booking();
        booking.id = new BookingId("blue room", 12);
        booking.guest = "Ada";
        store(booking);
        String guest = throughRedis("Booking", Booking.class, new BookingId("blue room", 12), each -> each.guest);
        assertThat(guest).isEqualTo("Ada");
    }

    @Test
    void aTimeAsVersion() {
        Stamped stamped = new Stamped();
        stamped.id = 1;
        stamped.text = "first";
        store(stamped);
        String text = throughRedis("Stamped", Stamped.class, 1L, each -> each.text);
        assertThat(text).isEqualTo("first");
        two.write(entities -> entities.find(Stamped.class, 1L).rewrite("second"));
        soon(() -> one.read(entities -> entities.find(Stamped.class, 1L).text).equals("second"));
    }

    @Test
    void aLazyVectorIsNotInTheRow() {
        servers.execute("insert into cachetest.note values (1, 1, 'first', '[1,2,3]')");
        String text = throughRedis("Note", Note.class, 1L, each -> each.text);
        assertThat(text).isEqualTo("first");
        float[] vector = one.read(
                entities -> Objects.requireNonNull(entities.find(Note.class, 1L).embedding()));
        assertThat(vector).containsExactly(1, 2, 3);
        two.write(entities -> entities.find(Note.class, 1L).rewrite("second"));
        soon(() -> one.read(entities -> entities.find(Note.class, 1L).text).equals("second"));
    }

    @Test
    void whatIsNotCachedIsSaidAndStillWorks() {
        servers.execute("insert into cachetest.note values (1, 1, 'first', '[1,2,3]')");
        Secret secret = new Secret();
        secret.id = 1;
        secret.text = "hush";
        store(secret);
        float[] vector = two.read(entities -> Objects.requireNonNull(entities.find(Embedded.class, 1L).embedding));
        assertThat(vector).containsExactly(1, 2, 3);
        servers.execute("update cachetest.secret set text = 'louder'");
        String text = one.read(entities -> entities.find(Secret.class, 1L).text);
        assertThat(text).isEqualTo("louder");
        assertThat(one.counts("Embedded").refusal())
                .hasValueSatisfying(why -> assertThat(why).contains("vector"));
        assertThat(one.counts("Secret").refusal()).isPresent();
    }
}
