-- The agenda with everything that explains a date, and who was waited for from when to when.
--
-- Read tables are disposable: this one is made anew, and filled by `teilhabe projections rebuild`.
--
-- Exceptions for squawk: the runner sets lock_timeout; the tables are empty, so no statement is slow; versions and
-- places count entries of one stream; the table that goes is a copy of the log.
-- squawk-ignore-file require-lock-timeout, require-statement-timeout, prefer-bigint-over-int, require-concurrent-index-creation, ban-drop-table

drop table agenda_entries;

create table agenda_entries (
    case_id uuid not null,
    due_id text not null,
    municipality text not null,
    caseworker text not null,
    organisation text not null,
    rule text not null,
    title_de text not null,
    title_en text not null,
    -- What to check; of a rule of the law only.
    text_de text,
    text_en text,
    kind text not null,
    due_on date not null,
    -- By when it should be kept, after which day it is lost, and from when on it is at risk.
    target_on date not null,
    ultimate_on date,
    at_risk_on date,
    statutory boolean not null,
    citation text not null,
    source text not null,
    source_link text not null,
    rule_valid_from date,
    verified_on date,
    unverified boolean not null,
    duty_holder text not null,
    waiting_on text not null,
    trigger_version integer not null,
    line_de text not null,
    line_en text not null,
    calendar text not null,
    reference text not null,
    suspended boolean not null,
    held_days integer not null,
    reminders jsonb not null,
    -- The reminders that were issued for this date, also for days it has moved away from.
    sent jsonb not null,
    -- The next reminder that is still to be issued.
    reminder_on date,
    reminder_level text,
    -- The day on which the case next moves by itself for this date; null when it never will without a person.
    wakes_on date,
    asked_daily boolean not null,
    primary key (case_id, due_id)
);

create index agenda_entries_caseworker on agenda_entries (caseworker, due_on);
create index agenda_entries_municipality on agenda_entries (municipality, due_on);
create index agenda_entries_due on agenda_entries (due_on);
create index agenda_entries_wakes on agenda_entries (wakes_on);

comment on table agenda_entries is 'The agenda of all cases: domain/agenda.py, one row per date.';

create table waiting_intervals (
    case_id uuid not null,
    place integer not null,
    municipality text not null,
    caseworker text not null,
    organisation text not null,
    -- The kind of step; `case` where no step is open at all.
    step text not null,
    reference text not null,
    owner text not null,
    from_on date not null,
    to_on date,
    -- The entry that made it so.
    version integer not null,
    primary key (case_id, place)
);

create index waiting_intervals_nobody on waiting_intervals (municipality, from_on) where owner = 'nobody';

comment on table waiting_intervals is
'Who has to act for each open step of a case, from when to when; to_on is the first day after, null while it lasts.';
