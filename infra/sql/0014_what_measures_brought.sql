-- What measures were and brought, school leaving answers with their days, why intakes were declined, answers to hints.
--
-- The tables are filled anew by the projector, whose versions were raised together with this.
--
-- Exceptions for squawk: the runner sets lock_timeout; the new table is empty; versions count entries of one stream.
-- squawk-ignore-file require-lock-timeout, require-statement-timeout, prefer-bigint-over-int

alter table participations
    add column kind text,
    add column level text,
    -- The entry that told the kind, 0 when none did or more than one.
    add column kind_version integer not null default 0,
    add column school_leaving_gained text;

alter table characteristics
    -- As the other histories: JSON arrays of [value, since, recorded on, version].
    add column schools text not null default '[]';

alter table case_overview
    add column decline_ground text;

create table repetition_answers (
    case_id uuid not null,
    version integer not null,
    -- Ids of the participations that the answer settles, separated by blanks.
    participations text not null,
    answered_on date not null,
    primary key (case_id, version)
);

comment on table repetition_answers is 'Answers to hints at repeated measures, to be counted. No list, report of persons or export may show a row of it.';
