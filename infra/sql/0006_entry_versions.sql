-- Which entries of the log are behind the dates that reports count: so that a figure leads back to its events.
--
-- The tables are filled anew by the projector, whose versions were raised together with this.
--
-- Exceptions for squawk: the runner sets lock_timeout; versions count entries of one stream.
-- squawk-ignore-file require-lock-timeout, require-statement-timeout, prefer-bigint-over-int

alter table case_overview
    add column municipality_version integer not null default 1,
    add column municipality_before text,
    add column municipality_before_version integer not null default 0,
    add column plan_version integer not null default 0,
    add column first_plan_on date,
    add column first_plan_version integer not null default 0,
    add column declined_version integer not null default 0,
    add column closed_version integer not null default 0,
    add column follow_up_version integer not null default 0;

alter table stage_intervals
    add column from_version integer not null default 0,
    add column to_version integer not null default 0,
    add column again_on date,
    add column again_version integer not null default 0;

alter table participations
    add column requested_version integer not null default 0,
    add column module_version integer not null default 0,
    add column entered_version integer not null default 0,
    add column left_version integer not null default 0;

alter table trainings
    add column signed_version integer not null default 0,
    add column entered_version integer not null default 0,
    add column left_version integer not null default 0;
