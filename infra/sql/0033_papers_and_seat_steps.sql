-- What a case has on paper that runs out or is taken back, with who is in charge of it; and the steps of every seat.
--
-- Exceptions for squawk: the runner sets lock_timeout; the tables are new and empty; versions count entries of a stream.
-- squawk-ignore-file require-lock-timeout, require-statement-timeout, prefer-bigint-over-int

create table case_papers (
    case_id uuid primary key,
    municipality text not null,
    caseworker text not null,
    organisation text not null,
    coach text,
    -- JSON arrays: [given on, version]; [given on, valid until, withdrawn on, version, version of the withdrawal];
    -- [recorded on, valid until, version].
    notices text not null,
    consents text not null,
    residences text not null,
    residence_on date not null,
    residence_until date
);

comment on table case_papers is 'Information notice, consent to case management and validity of the residence status, with their entries; staff in charge by id.';

create table seat_steps (
    case_id uuid not null,
    participation_id uuid not null,
    municipality text not null,
    offer_id uuid not null,
    module text,
    provider text not null,
    answer_by date,
    starts_on date,
    ends_on date,
    -- The entry with the answer of the offer, 0 while there is none.
    offered_version integer not null,
    requested_on date not null,
    -- The first day after which nothing is asked about the seat; null while it is open.
    settled_on date,
    -- JSON array of [status, on, version].
    steps text not null,
    primary key (case_id, participation_id)
);

comment on table seat_steps is 'Seats asked for, with every step from the request to the entry or the end, and the entry that says it.';
