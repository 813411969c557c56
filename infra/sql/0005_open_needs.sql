-- Unmet needs for the gaps in the offer, hints at repeated measures for their number, and what offers restrict.
--
-- Read tables are disposable: `teilhabe projections rebuild` fills them.
--
-- Exceptions for squawk: the runner sets lock_timeout; versions and places count entries of one stream; the new columns
-- are filled by the rebuild.
-- squawk-ignore-file require-lock-timeout, require-statement-timeout, prefer-bigint-over-int, require-concurrent-index-creation

create table open_needs (
    case_id uuid not null,
    need_id uuid not null,
    -- The entry of the failed match. From from_on (inclusive) to to_on (exclusive) it was the latest one on this need.
    version integer not null,
    municipality text not null,
    organisation text not null,
    path text not null,
    path_version integer not null,
    field text not null,
    kind text not null,
    level text,
    ground text not null,
    wanted_from date not null,
    childcare boolean not null,
    -- The day of the first failed match.
    since date not null,
    from_on date not null,
    to_on date,
    ended_on date,
    end_ground text,
    ended_version integer,
    -- What matching looks at of the case now.
    woman boolean not null,
    residence_status text not null,
    language_level text,
    not_eligible text not null,
    synthetic boolean not null,
    primary key (case_id, need_id, version)
);

create index open_needs_kind on open_needs (kind, municipality) where ended_on is null;

comment on table open_needs is 'One row per failed match of a need with the offers: how long it was the latest, and how the need ended.';

create table measure_repetitions (
    case_id uuid not null,
    kind text not null,
    -- Empty where the kind has none.
    level text not null,
    municipality text not null,
    organisation text not null,
    measures integer not null,
    first_entered_on date not null,
    reached_on date not null,
    open boolean not null,
    synthetic boolean not null,
    primary key (case_id, kind, level)
);

comment on table measure_repetitions is 'Hints at repeated measures, to be counted. No list, report of persons or export may show a row of it.';

alter table offer_occupancy
    add column excluded_statuses text not null default '',
    add column childcare boolean not null default false;
