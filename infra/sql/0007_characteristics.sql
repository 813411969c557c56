-- What persons are counted by in statistics, with its history, so that a report of an earlier day sees the answers of that day.
--
-- Exceptions for squawk: the runner sets lock_timeout; the tables are empty, so no statement is slow.
-- squawk-ignore-file require-lock-timeout, require-statement-timeout, prefer-bigint-over-int

create table characteristics (
    case_id uuid primary key,
    gender text,
    birth_month date,
    nationalities text not null,
    -- JSON arrays of [value, since, recorded on, version]. As text: nobody looks for anything in them.
    statuses text not null,
    regimes text not null,
    levels text not null
);

comment on table characteristics is 'One row per case: gender, month of birth, nationalities, and the histories of status, Rechtskreis and language.';

create table employments (
    case_id uuid not null,
    employment_id uuid not null,
    starts_on date not null,
    weekly_hours integer not null,
    ended_on date,
    recorded_on date not null,
    version integer not null,
    primary key (case_id, employment_id)
);

comment on table employments is 'One row per job subject to social insurance, as last recorded.';
