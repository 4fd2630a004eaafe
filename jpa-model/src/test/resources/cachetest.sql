drop schema if exists cachetest cascade;
create schema cachetest;
create table cachetest.team (id bigint primary key, name text not null);
create table cachetest.person (id uuid primary key, version bigint not null, name text not null, mood text, salary numeric(12, 2),
    born date, seen_at timestamptz, extra jsonb, street text, city text, team_id bigint references cachetest.team);
create table cachetest.person_tag (person_id uuid not null references cachetest.person, tag text not null);
create table cachetest.passport (id uuid primary key, version int not null, number text not null, owner_id uuid references cachetest.person);
create table cachetest.vehicle (id bigint primary key, kind text not null, version bigint not null, name text not null, seats int, tons int);
create table cachetest.shape (id bigint primary key, dtype text not null, version bigint not null, color text not null);
create table cachetest.circle (id bigint primary key references cachetest.shape, radius float8 not null);
create table cachetest.square (id bigint primary key references cachetest.shape, side float8 not null);
create table cachetest.paper (id bigint primary key, version bigint not null, title text not null);
create table cachetest.letter (id bigint primary key, version bigint not null, title text not null, recipient text not null);
create table cachetest.invoice (id bigint primary key, version bigint not null, title text not null, cents bigint not null);
create table cachetest.booking (room text not null, day int not null, version bigint not null, guest text not null, primary key (room, day));
create table cachetest.note (id bigint primary key, version bigint not null, text text not null default '', embedding vector(3));
create table cachetest.secret (id bigint primary key, text text not null);
create table cachetest.stamped (id bigint primary key, version timestamp not null, text text not null);
create table cachetest.ticket (id bigint primary key, version bigint not null, text text not null, remark text not null default '');
